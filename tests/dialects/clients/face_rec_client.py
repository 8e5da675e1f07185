"""Written from the article "Build Face Recognition as a REST API": only addresses and files were changed."""

import base64
import json
import sys

import requests

site, folder = sys.argv[1:3]
headers = json.loads(sys.argv[3])
answers = {}

url = site + "/face_match"
files = {"file1": open(f"{folder}/obama.jpg", "rb"), "file2": open(f"{folder}/obama2.jpg", "rb")}
answers["match"] = requests.post(url, files=files, headers=headers).json()
files = {"file1": open(f"{folder}/obama.jpg", "rb"), "file2": open(f"{folder}/biden.jpg", "rb")}
answers["no_match"] = requests.post(url, files=files, headers=headers).json()

url = site + "/face_rec"
files = {"file": open(f"{folder}/obama2.jpg", "rb")}
params = {"facial_features": "true", "face_locations": "true"}
answers["form"] = requests.post(url, files=files, params=params, headers=headers).json()
with open(f"{folder}/obama2.jpg", "rb") as f:
    image_data = base64.b64encode(f.read()).decode("ascii")
data = {"file_format": "jpg", "image_data": image_data}
answers["json"] = requests.post(url, json=data, headers=headers).json()
answers["stranger"] = requests.post(url, files={"file": open(f"{folder}/biden.jpg", "rb")}, headers=headers).json()
page = requests.get(url)
answers["page"] = [page.status_code, "<form" in page.text and 'name="file"' in page.text]
print(json.dumps(answers))
