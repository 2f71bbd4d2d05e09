"""Settings: one typed object, made once and passed in; every one can be given as an environment variable."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an installation can choose. Environment variables carry the prefix `GSE_SKILLS_`."""

    model_config = SettingsConfigDict(env_prefix="GSE_SKILLS_", frozen=True)

    data: Path = Field(Path("data"), description="The data folder: store, snapshots, index, tokens.")
    durable: bool = Field(True, description="Flush each commit to the disk, so that it survives loss of power.")
    store_query_url: str | None = Field(None, description="SPARQL query endpoint of a remote store; unset: embedded.")
    store_update_url: str | None = Field(None, description="SPARQL update endpoint of the remote store, if another.")
    store_user: str | None = Field(None, description="User name at the remote store.")
    store_password: SecretStr | None = Field(None, description="Password at the remote store.")
    store_digest: bool = Field(False, description="Use HTTP Digest at the remote store instead of Basic.")
    host: str = Field("127.0.0.1", description="Address on which the service listens.")
    port: int = Field(8000, description="Port on which the service listens; 0 takes a free one.")
    allowed_hosts: tuple[str, ...] = Field(
        ("127.0.0.1", "localhost", "[::1]"), description="Host names under which the service may be asked."
    )
    public_url: str | None = Field(
        None, description="Address under which people reach the service, such as https://skills.example.gov.uk."
    )
    oidc_issuer: str | None = Field(None, description="OpenID Connect issuer that signs people in.")
    oidc_client_id: str | None = Field(None, description="What the issuer calls this service.")
    oidc_client_secret: SecretStr | None = Field(None, description="This service's secret at the issuer.")
    oidc_audience: str | None = Field(None, description="Audience of JWT access tokens; unset: none is taken.")
    requests_per_minute: int = Field(1_200, description="Requests that one caller may make in a minute.")
    log_requests: bool = Field(True, description="Write a line of JSON to the log for each request.")
    demo: bool = Field(False, description="Demo mode: invented data, and anybody may look as anyone. Loopback only.")
    marking: str = Field("OFFICIAL", description="Classification marking on every page and export.")
    query_memory_mib: int = Field(512, description="Memory of one user query, in MiB.")
    query_seconds: float = Field(10.0, description="Wall clock and CPU time of one user query, in seconds.")
    query_output_mib: int = Field(20, description="Size of one query answer, in MiB.")
    queries_at_once: int = Field(4, description="User queries that run at the same time.")
    sheet_memory_mib: int = Field(1024, description="Memory for reading one spreadsheet, in MiB.")
    sheet_seconds: float = Field(120.0, description="Time for reading one spreadsheet, in seconds.")
    upload_mib: int = Field(50, description="Size of an uploaded file, in MiB.")
    disclosure_threshold: int = Field(10, description="The smallest count of people shown to who sees no records.")
    disclosure_band: int = Field(
        5, description="Width of the bands in which such counts appear; divides the threshold."
    )
