# The lock files are for every platform and Python from 3.11 on; uv is only needed to renew them.
LOCK = uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header -c requirements/constraints.txt

lock:
	$(LOCK) --extra build pyproject.toml -o requirements/runtime.txt
	$(LOCK) --extra build --extra dev pyproject.toml -c requirements/runtime.txt \
		-o requirements/dev.txt
