"""Written from aifaceswap's API document: only addresses, files and the key were changed."""

import json
import sys

import requests

site, key, photos, folder, callback = sys.argv[1:6]
headers = {"Authorization": f"Bearer {key}"}
answers = {}

url = site + "/api/aifaceswap/v1/faceswap"
data1 = {"source_image": f"{photos}/biden.jpg", "face_image": f"{photos}/obama.jpg", "webhook": callback}
answers["links"] = requests.post(url, headers=headers, json=data1).json()

files = {"source_image": open(f"{folder}/biden.jpg", "rb"), "face_image": open(f"{folder}/obama.jpg", "rb")}
data2 = {"webhook": callback}
answers["files"] = requests.post(url, headers=headers, data=data2, files=files).json()

url = site + "/api/aifaceswap/v1/extract_face"
answers["extract_link"] = requests.post(url, headers=headers, json={"img": f"{photos}/biden.jpg"}).json()
answers["extract_file"] = requests.post(url, headers=headers, files={"img": open(f"{folder}/two.jpg", "rb")}).json()

url = site + "/api/aifaceswap/v1/multi_faceswap"
headers = {"accept": "application/json", "Authorization": f"Bearer {key}"}
data1 = {
    "source_image": f"{photos}/two.jpg",
    "face_image": [f"{photos}/obama.jpg", f"{photos}/obama2.jpg"],
    "index": [0, 1],
    "webhook": callback,
}
answers["multi_links"] = requests.post(url, headers=headers, json=data1).json()

files = [
    ("source_image", open(f"{folder}/two.jpg", "rb")),
    ("face_image", open(f"{folder}/obama.jpg", "rb")),
    ("face_image", open(f"{folder}/obama2.jpg", "rb")),
]
data2 = {"webhook": callback, "index": [0, 1]}
answers["multi_files"] = requests.post(url, headers=headers, data=data2, files=files).json()
print(json.dumps(answers))
