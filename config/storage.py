"""Static files under hashed names, ES module imports included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage that also rewrites the imports inside ES modules.

    An import is rewritten only when it ends with a semicolon (a limit of Django's pattern).
    """

    support_js_module_import_aggregation = True
