@echo off
rem The stdio bridge on the application's own Node.
set ELECTRON_RUN_AS_NODE=1
"%~dp0..\..\ComfyUI MCP Desktop.exe" "%~dp0..\stdio.cjs" %*
