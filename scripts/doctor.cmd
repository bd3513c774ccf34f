@echo off
rem Says whether this machine can run the book: a double click starts it. doctor.ps1 has the rest.
powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0doctor.ps1" %*
set code=%errorlevel%
rem A window that a double click has opened stays until a key is pressed.
echo %cmdcmdline% | find /i "%~f0" >nul && pause
exit /b %code%
