@echo off
rem Runs PowerShell with the Orchestrator module at hand: pwsh 7.6 or newer where there is one, else the shell of src\Shell, built once.
setlocal EnableExtensions
set "home=%~dp0"
set "home=%home:~0,-1%"
set "ORCHESTRATOR_HOME=%home%"
if defined PSModulePath (set "PSModulePath=%home%\module\autoload;%PSModulePath%") else set "PSModulePath=%home%\module\autoload"
if not exist "%home%\artifacts" mkdir "%home%\artifacts"

if /i "%ORCHESTRATOR_SHELL%"=="embedded" goto embedded
where /q pwsh || goto embedded
pwsh -NoLogo -NoProfile -Command "exit [int]($PSVersionTable.PSVersion -lt [version]'7.6')" || goto embedded
if not "%~1"=="" goto arguments
if not exist "%home%\module\bin\cmdlets" goto arguments
pwsh -NoLogo -NoExit -Command "Import-Module '%home%\Orchestrator.psd1'"
exit /b %ERRORLEVEL%
:arguments
pwsh -NoLogo %*
exit /b %ERRORLEVEL%

:embedded
where /q dotnet || (
  echo orch: neither pwsh 7.6 nor the .NET 10 SDK is on PATH; install one of them ^(https://dotnet.microsoft.com/download^). 1>&2
  exit /b 127
)
set "shell=%home%\artifacts\shell"
rem The build is incremental: with nothing changed it only compares time stamps.
dotnet publish "%home%\src\Shell\Orchestrator.Shell.csproj" -c Release -p:PublishReadyToRun=true -o "%shell%" -v quiet -nologo >"%home%\artifacts\shell.log" 2>&1 || (
  if not exist "%shell%\orchestrator-shell.dll" (
    type "%home%\artifacts\shell.log" 1>&2
    echo orch: the shell could not be built. 1>&2
    exit /b 1
  )
)
dotnet "%shell%\orchestrator-shell.dll" %*
exit /b %ERRORLEVEL%
