"""Written from the tutorial "Build a Face Swapping App, Part 2: API": only the address was changed."""

import base64
import io
import json
import sys
from base64 import encodebytes

import requests
from PIL import Image

addr, source, destination = sys.argv[1:4]
face_swap_url = addr + "/api/face_swap"
headers = json.loads(sys.argv[4])


def encode_image(image_path):
    pil_img = Image.open(image_path, mode="r")  # reads the PIL image
    byte_arr = io.BytesIO()
    pil_img.save(byte_arr, format="PNG")  # convert the PIL image to byte array
    encoded_img = encodebytes(byte_arr.getvalue()).decode("ascii")  # encode as base64
    return encoded_img


response = requests.post(
    face_swap_url, json={"face": encode_image(source), "body": encode_image(destination)}, headers=headers
)
img = response.json()["image"]
img = base64.b64decode(img)
img = Image.open(io.BytesIO(img))
img.save(sys.argv[5])
print(json.dumps({"status": response.status_code, "format": img.format, "size": img.size}))
