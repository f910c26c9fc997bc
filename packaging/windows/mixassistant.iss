; The installer for Windows, made by Inno Setup 6: release.py runs it as
;   iscc /DVersion=0.2.0 /DBundle=...\dist\mixassistant /O... /F... mixassistant.iss
; With SignTool set up (iscc /Ssigntool=...), uncomment the line below: Windows warns of what is not signed.
#ifndef Version
  #error Give /DVersion=
#endif
#ifndef Bundle
  #error Give /DBundle=
#endif

[Setup]
AppId={{6E0D1F52-7C0B-4B7E-9C52-5C0C7A3E8D41}
AppName=Mix Assistant
AppVersion={#Version}
AppPublisher=The authors of Mix Assistant
LicenseFile={#Bundle}\LICENSE.txt
DefaultDirName={autopf}\Mix Assistant
DefaultGroupName=Mix Assistant
UninstallDisplayIcon={app}\mixassistant-window.exe
; For one user without an administrator, or for all.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
ChangesAssociations=yes
ChangesEnvironment=yes
Compression=lzma2/normal
SolidCompression=yes
WizardStyle=modern
; SignTool=signtool

[Tasks]
Name: desktopicon; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: openwith; Description: "Offer Mix Assistant under “Open with” for audio files"
Name: path; Description: "Put the command mixassistant on the search path"; Flags: unchecked

[Files]
Source: "{#Bundle}\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\Mix Assistant"; Filename: "{app}\mixassistant-window.exe"
Name: "{autodesktop}\Mix Assistant"; Filename: "{app}\mixassistant-window.exe"; Tasks: desktopicon

[Registry]
; Under “Open with” and in the list of default programs; no format is taken from the program that opens it now.
Root: HKA; Subkey: "Software\Classes\Applications\mixassistant-window.exe"; ValueType: string; ValueName: "FriendlyAppName"; ValueData: "Mix Assistant"; Flags: uninsdeletekey; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\mixassistant-window.exe\shell\open\command"; ValueType: string; ValueData: """{app}\mixassistant-window.exe"" gui ""%1"""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\mixassistant-window.exe\SupportedTypes"; ValueType: string; ValueName: ".wav"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\mixassistant-window.exe\SupportedTypes"; ValueType: string; ValueName: ".aif"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\mixassistant-window.exe\SupportedTypes"; ValueType: string; ValueName: ".aiff"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\mixassistant-window.exe\SupportedTypes"; ValueType: string; ValueName: ".flac"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\mixassistant-window.exe\SupportedTypes"; ValueType: string; ValueName: ".ogg"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\mixassistant-window.exe\SupportedTypes"; ValueType: string; ValueName: ".opus"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\mixassistant-window.exe\SupportedTypes"; ValueType: string; ValueName: ".mp3"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\mixassistant-window.exe\SupportedTypes"; ValueType: string; ValueName: ".m4a"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\mixassistant-window.exe\SupportedTypes"; ValueType: string; ValueName: ".mp4"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\mixassistant-window.exe\SupportedTypes"; ValueType: string; ValueName: ".wma"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: not IsAdminInstallMode and PathLacksIt

[Run]
Filename: "{app}\mixassistant-window.exe"; Description: "{cm:LaunchProgram,Mix Assistant}"; Flags: nowait postinstall skipifsilent

[Code]
function PathLacksIt: Boolean;
var
  Path: string;
begin
  if not RegQueryStringValue(HKEY_CURRENT_USER, 'Environment', 'Path', Path) then
    Path := '';
  Result := Pos(';' + Uppercase(ExpandConstant('{app}')) + ';', ';' + Uppercase(Path) + ';') = 0;
end;
