"""The one settings file; what an installation may choose comes from the environment (`environment.py`)."""

from csp.constants import NONE, SELF

from vungxanh.config import environment

HOME = environment.home()
SECRET_KEY = environment.text("SECRET_KEY") or environment.kept_secret(HOME / "secret_key")
FIELD_KEYS_FILE = environment.text("FIELD_KEYS_FILE") or str(HOME / "field_keys")
PASS_KEYS_FILE = environment.text("PASS_KEYS_FILE") or str(HOME / "pass_keys")
DEBUG = False
ALLOWED_HOSTS = environment.names("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_cotton",
    "django_htmx",
    "django_vite",
    "csp",
    "axes",
    "django_q",
    "vungxanh.common",
    "vungxanh.audit",
    "vungxanh.areas",
    "vungxanh.accounts",
    "vungxanh.organization",
    "vungxanh.notifications",
    "vungxanh.webhooks",
    "vungxanh.documents",
    "vungxanh.directing",
    "vungxanh.response",
    "vungxanh.screening",
    "vungxanh.risk",
    "vungxanh.federation",
    "vungxanh.admission",
    "vungxanh.production",
    "vungxanh.movement",
    "vungxanh.commendation",
    "vungxanh.reviews",
    "vungxanh.plans",
    "vungxanh.reports",
    "vungxanh.administration",
    "vungxanh.help",
    "vungxanh.api",
]

MIDDLEWARE = [
    "vungxanh.api.middleware.ApiMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "vungxanh.organization.middleware.ReadOnceMiddleware",
    "vungxanh.accounts.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "vungxanh.accounts.middleware.FirstSignInMiddleware",
    "vungxanh.admission.middleware.KioskMiddleware",
    "vungxanh.common.middleware.AddressMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "vungxanh.config.urls"
WSGI_APPLICATION = "vungxanh.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "vungxanh.common.context.page",
                "vungxanh.organization.context.agency",
                "vungxanh.notifications.context.bell",
                "vungxanh.help.places.help_link",
            ],
        },
    },
]

# --- Data ------------------------------------------------------------------------------------------------------------
DATABASES = {
    "default": environment.database(environment.text("DATABASE_URL", f"sqlite:///{HOME / 'vungxanh.sqlite3'}"))
}
DATABASES |= environment.replica(environment.text("DATABASE_REPLICA_URL"), DATABASES["default"])
DATABASE_ROUTERS = ["vungxanh.common.replica.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Lock-out and rate limits must hold across workers, so the cache is in the database; and when many are counted at
    # once, nobody's count makes room for another's.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

# --- Language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
FORMAT_MODULE_PATH = "vungxanh.common.locale_formats"

# --- Who may come in -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "vungxanh.accounts.backends.NameOrPhoneBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "vungxanh.accounts.backends.attempted_name"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "vungxanh.accounts.views.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
SESSION_ENGINE = "vungxanh.accounts.session_store"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_NAME = "vungxanh_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "vungxanh.common.views.errors.csrf_failure"

# A web server in front is there to speak TLS.
TRUSTED_PROXIES = environment.names("TRUSTED_PROXIES")
TLS = bool(environment.text("TLS_CERT_FILE") or TRUSTED_PROXIES)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in ("camera", "geolocation", "microphone", "payment", "usb", "fullscreen", "autoplay")
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- Pages -----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [environment.PACKAGE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/dist/assets/.+$"
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "static_url_prefix": "dist",
        "manifest_path": environment.PACKAGE / "static/dist/.vite/manifest.json",
    },
}
COTTON_DIR = "cotton"
SILENCED_SYSTEM_CHECKS: list[str] = []

# --- Receivers of the returns -----------------------------------------------------------------------------------------
NATIONAL_MAP_URL = environment.receiver("NATIONAL_MAP_URL")
NATIONAL_MAP_KEY = environment.text("NATIONAL_MAP_KEY") or (
    environment.kept_secret(HOME / "national_map_key") if NATIONAL_MAP_URL else ""
)
DHIS2_URL = environment.receiver("DHIS2_URL")
DHIS2_TOKEN = environment.text("DHIS2_TOKEN")
DHIS2_USER, DHIS2_PASSWORD = environment.text("DHIS2_USER"), environment.text("DHIS2_PASSWORD")

# --- Jobs ------------------------------------------------------------------------------------------------------------
# At least once: every job is idempotent. A worker that dies gives its job back after `retry` seconds.
Q_CLUSTER = {
    "name": "vungxanh",
    "orm": "default",
    "workers": 1,
    "timeout": 300,
    "retry": 360,
    "max_attempts": 5,
    "catch_up": False,
    # So many successes of each job are kept: the settings page shows the last.
    "save_limit": 10,
    "save_limit_per": "group",
    "poll": 1,
    "label": "Jobs",
}

# --- Ways out of the house -------------------------------------------------------------------------------------------
EMAIL = environment.email(environment.text("EMAIL_URL"))
EMAIL_HOST, EMAIL_PORT = EMAIL.host, EMAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = EMAIL.user, EMAIL.password
EMAIL_USE_SSL, EMAIL_USE_TLS = EMAIL.is_tls, EMAIL.is_starttls
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = EMAIL.sender
TEXT_GATEWAY = environment.text("TEXT_GATEWAY")
CLAMD_ADDRESS = environment.text("CLAMD_ADDRESS")
PUSH_CONTACT = environment.text("PUSH_CONTACT")
WEBHOOK_INTERNAL_HOSTS = environment.names("WEBHOOK_INTERNAL_HOSTS")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
