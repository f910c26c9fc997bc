#!/bin/sh
# Sign the app, have Apple notarise it, and put it into a disk image: sh sign.sh APP IMAGE
#
# SIGNING_IDENTITY   "Developer ID Application: NAME (TEAM)", from the owner's keychain; without it the app is signed ad hoc, which runs on
#                    this Mac, and elsewhere only after a right click and Open
# NOTARY_PROFILE     made once by: xcrun notarytool store-credentials NAME --apple-id ID --team-id TEAM --password APP-PASSWORD
set -eu
app=$1
image=$2
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
identity=${SIGNING_IDENTITY:--}
timestamp=--timestamp
[ "$identity" = - ] && timestamp=--timestamp=none

# From the inside out: libraries first, then the executables, then the app itself.
find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) -print0 |
    xargs -0 -n 50 codesign --force --options runtime $timestamp --sign "$identity"
for program in "$app"/Contents/MacOS/*; do
    codesign --force --options runtime $timestamp --entitlements "$here/entitlements.plist" --sign "$identity" "$program"
done
codesign --force --options runtime $timestamp --entitlements "$here/entitlements.plist" --sign "$identity" "$app"
codesign --verify --deep --strict "$app"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -R "$app" "$folder/"
ln -s /Applications "$folder/Applications"
hdiutil create -volname "Mix Assistant" -srcfolder "$folder" -ov -format UDZO "$image"
if [ "$identity" != - ]; then
    codesign --force $timestamp --sign "$identity" "$image"
    xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
    spctl --assess --type open --context context:primary-signature "$image"
fi
