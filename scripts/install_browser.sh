#!/bin/sh
# Chromium for the browser tests: found, else installed by apt when we may, else said plainly.
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null && exit 0
fi
echo "Chromium n'est pas installé et ne peut pas l'être ici : les essais dans un navigateur seront sautés." >&2
echo "Pour les faire : installez le paquet chromium de votre système, puis relancez make test." >&2
