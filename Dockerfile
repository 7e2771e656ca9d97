# The nightly service: builds from Docker's and Python's registries alone. compose.yaml starts it, with the page beside it.
FROM python:3.13-slim

WORKDIR /opt/internships
COPY . .
RUN pip install --no-cache-dir --constraint constraints.txt . \
    && useradd --uid 10001 --create-home --home-dir /srv/internships internships

USER 10001:10001
ENV INTERNSHIPS_HOME=/srv/internships \
    DAGSTER_DISABLE_TELEMETRY=yes \
    PYTHONUNBUFFERED=1
VOLUME /srv/internships
HEALTHCHECK --interval=1h --timeout=1m --start-period=48h CMD ["internships", "sql", "SELECT 1 FROM about"]
CMD ["internships", "daemon"]
