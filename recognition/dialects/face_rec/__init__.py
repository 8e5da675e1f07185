"""/face_match and /face_rec, as an article about face_recognition publishes them."""
