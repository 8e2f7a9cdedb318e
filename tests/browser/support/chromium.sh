#!/bin/sh
# Starts the browser named by ATELIER_CHROMIUM with these arguments, and without two pages of its own that it prepares for
# the address bar of every window: they take as long as Atelier's page. Of several --disable-features Chromium heeds the last
# alone, so they are added to the one that Playwright gives.
for argument; do
  shift
  case $argument in
    --disable-features=*) argument=$argument,WebUIOmniboxPopup,WebUIOmniboxAimPopup ;;
  esac
  set -- "$@" "$argument"
done
exec "$ATELIER_CHROMIUM" "$@"
