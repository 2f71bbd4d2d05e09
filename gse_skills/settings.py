"""Settings: one typed object, made once and passed in; every one can be given as an environment variable."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gse_skills.vocabulary import BasisName


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
    oidc_token_type: Literal["at+jwt", "JWT"] = Field(
        "at+jwt",
        description="Type that the issuer gives its access tokens; RFC 9068 has at+jwt, some issuers write JWT.",
    )
    purpose_required: bool = Field(
        False, description="Show people of other organisations only to who says why; never asked of responders."
    )
    requests_per_minute: int = Field(1_200, description="Requests that one caller may make in a minute.")
    log_requests: bool = Field(True, description="Write a line of JSON to the log for each request.")
    demo: bool = Field(False, description="Demo mode: invented data, and anybody may look as anyone. Loopback only.")
    marking: str = Field("OFFICIAL", description="Classification marking on every page and export.")
    contact: str = Field(
        "", description="E-mail address or telephone number for accessibility, as the accessibility statement gives it."
    )
    query_memory_mib: int = Field(512, description="Memory of one user query, in MiB.")
    query_seconds: float = Field(10.0, description="Wall clock and CPU time of one user query, in seconds.")
    query_output_mib: int = Field(20, description="Size of one query answer, in MiB.")
    queries_at_once: int = Field(4, description="User queries that run at the same time.")
    queries_per_caller: int = Field(
        2, ge=1, description="Of these, how many of one caller: while they run, the others have the rest."
    )
    sheet_memory_mib: int = Field(1024, description="Memory for reading one spreadsheet, in MiB.")
    sheet_seconds: float = Field(120.0, description="Time for reading one spreadsheet, in seconds.")
    upload_mib: int = Field(50, description="Size of an uploaded file, in MiB.")
    incident_hours: float = Field(24.0, gt=0, description="The longest that an incident is open, in hours.")
    keep_leavers_months: int = Field(24, ge=1, description="Months that people are kept after they left, at most.")
    keep_ended_months: int = Field(84, ge=1, description="Months that ended records are kept, at most.")
    keep_phrases_months: int = Field(24, ge=1, description="Months that unmatched phrases are kept, at most.")
    keep_file_names_months: int = Field(24, ge=1, description="Months that names of imported files are kept, at most.")
    keep_requests_months: int = Field(24, ge=1, description="Months that settled requests are kept, at most.")
    keep_participations_months: int = Field(
        24, ge=1, description="Months that applications for opportunities are kept after they are over, at most."
    )
    keep_complaints_months: int = Field(36, ge=1, description="Months that answered complaints are kept, at most.")
    disclosure_threshold: int = Field(10, description="The smallest count of people shown to who sees no records.")
    disclosure_band: int = Field(
        5, description="Width of the bands in which such counts appear; divides the threshold."
    )
    basis_precedence: tuple[BasisName, ...] = Field(
        ("accredited", "manager", "peer", "self"),
        description="Which judgement of a level counts where several stand, the strongest first.",
    )
    reconfirmation: Path | None = Field(
        None,
        description="Turtle file of months after which levels are to be confirmed, for the shipped one; then rebuild.",
    )
    endorsement_days: int = Field(30, ge=1, description="Days after which a request for endorsement expires.")

    @field_validator("basis_precedence")
    @classmethod
    def _each_basis_once(cls, order: tuple[str, ...]) -> tuple[str, ...]:
        if sorted(order) != ["accredited", "manager", "peer", "self"]:
            raise ValueError("name each of accredited, manager, peer and self once, the strongest first")
        return order
