"""Networks that an operator brings as ONNX files: told apart, run by their family's contract, and put into photos.

Nothing here is shipped with weights. What each family of networks takes and gives was written down from how facefusion
(https://github.com/facefusion/facefusion) feeds them, so that the same file gives here what it gives there.
"""
