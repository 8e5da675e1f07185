"""Written from AceData's Face Swap document: only addresses and the key were changed."""

import json
import sys

import requests

site, token, photos, callback = sys.argv[1:5]
url = site + "/face/swap"
headers = {"accept": "application/json", "authorization": f"Bearer {token}", "content-type": "application/json"}
answers = {}
payload = {"source_image_url": f"{photos}/obama.jpg", "target_image_url": f"{photos}/biden.jpg"}
answers["waited"] = requests.post(url, json=payload, headers=headers).json()
answers["timed_out"] = requests.post(url, json=payload | {"timeout": 0.01}, headers=headers).json()
answers["called_back"] = requests.post(url, json=payload | {"callback_url": callback}, headers=headers).json()
response = requests.post(url, json={"source_image_url": f"{photos}/obama.jpg"}, headers=headers)
answers["missing"] = [response.status_code, response.json()]
response = requests.post(url, json=payload, headers=headers | {"authorization": "Bearer wrong"})
answers["no_token"] = [response.status_code, response.json()]
payload["source_image_url"] = f"{photos}/not-there.jpg"
response = requests.post(url, json=payload, headers=headers)
answers["not_there"] = [response.status_code, response.json()]
print(json.dumps(answers))
