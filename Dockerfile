# The site as an image. dlib is built against OpenBLAS here, which makes descriptors about five times as fast as the wheel.
# A tag says what was meant, a digest what was looked at: name both in your own builds, docs/deploy.md says how.
ARG PYTHON_IMAGE=python:3.12-slim
FROM ${PYTHON_IMAGE} AS build
ARG DLIB_SHA256=
RUN apt-get update \
    && apt-get install -y --no-install-recommends cmake g++ libopenblas-dev make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/site
COPY requirements.lock ./
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --require-hashes --no-deps \
        --only-binary :all: --no-binary face-recognition-models -r requirements.lock \
    && .venv/bin/pip uninstall --yes dlib-bin \
    && echo "dlib==20.0.1${DLIB_SHA256:+ --hash=sha256:$DLIB_SHA256}" > dlib.txt \
    && .venv/bin/pip install --no-cache-dir --no-deps -r dlib.txt

FROM ${PYTHON_IMAGE}
RUN apt-get update \
    && apt-get install -y --no-install-recommends libopenblas0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home site \
    && install -d -o site /data
WORKDIR /srv/site
COPY --from=build /srv/site/.venv .venv
COPY . .
ENV DATA_DIR=/data HOST=0.0.0.0 PORT=8000 OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1 PATH=/srv/site/.venv/bin:$PATH
USER site
VOLUME /data
EXPOSE 8000
# Asked by the name and the scheme by which people come: others are refused, or sent elsewhere.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as r; name = os.environ.get('SITE_URL', '').rpartition('//')[2].split('/')[0] or 'localhost'; r.urlopen(r.Request('http://127.0.0.1:8000/healthz', headers={'Host': name, 'X-Forwarded-Proto': 'https'}), timeout=4)"]
CMD ["python", "-m", "uvicorn", "faceswap_site.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--no-access-log", \
    "--http", "faceswap_site.lib.http.header_timeout:PatientProtocol", "--limit-concurrency", "900"]
