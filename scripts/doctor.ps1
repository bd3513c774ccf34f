# Says whether this machine can run the book, and how to mend what cannot: doctor.cmd, or in PowerShell
#   powershell -NoProfile -ExecutionPolicy Bypass -File scripts\doctor.ps1 [--json] [--root FOLDER]
#
# It is doctor.sh for Windows, and goes through the same things in the same order. What it holds a machine against, and
# its words, stand in doctor.txt. It needs no Rust and no network, changes nothing, and removes what it writes. It ends
# with 0 where every chapter can run, 1 where one cannot, 2 where it was called wrongly. It is for PowerShell 5.1, which
# every Windows has, and later ones.
$ErrorActionPreference = 'Stop'
$env:RUSTUP_AUTO_INSTALL = '0' # A toolchain that is missing is told, and not fetched.
$env:CARGO_TERM_COLOR = 'never'

# -- what is said

$words = @{}
foreach ($line in [IO.File]::ReadAllLines((Join-Path $PSScriptRoot 'doctor.txt'))) {
    if ($line -match '^([a-z_.]+) = (.*)$') { $words[$Matches[1]] = $Matches[2] }
}
$findings = New-Object System.Collections.ArrayList

# A text with every {NAME} replaced.
function Fill($text, $values) {
    foreach ($name in $values.Keys) { $text = $text.Replace("{$name}", [string]$values[$name]) }
    $text
}

# Keeps what was found until the end: the mark is ok, note or FAULT.
function Found($mark, $key, $values = @{}) {
    $help = $words["$key.help.windows"]
    if (-not $help) { $help = $words["$key.help"] }
    $finding = [ordered]@{ mark = $mark; key = $key }
    $finding.about = Fill $words[$key.Split('.')[0]] $values
    $finding.what = Fill $words[$key] $values
    if ($help) { $finding.help = Fill $help $values }
    [void]$findings.Add($finding)
}

# -- what helps to look

# Runs a program in the clone: its code, and what it said. The code is -1 where it does not start.
function Run($program, $arguments) {
    $start = New-Object Diagnostics.ProcessStartInfo
    $start.FileName = $program
    $start.Arguments = ($arguments | ForEach-Object { '"' + $_ + '"' }) -join ' '
    $start.WorkingDirectory = $root
    $start.UseShellExecute = $false
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    try { $process = [Diagnostics.Process]::Start($start) }
    catch { return @{ code = -1; out = ''; err = $_.Exception.Message } }
    $process.StandardInput.Close()
    $err = $process.StandardError.ReadToEndAsync()
    $out = $process.StandardOutput.ReadToEnd()
    $process.WaitForExit()
    @{ code = $process.ExitCode; out = $out; err = $err.Result }
}

function Is-There($program) { [bool](Get-Command $program -CommandType Application -ErrorAction SilentlyContinue) }

# The line that says most: the first error, or else the first line with something on it.
function Error-In($text) {
    $lines = @($text -split "`r?`n" | Where-Object { $_.Trim() })
    $errors = @($lines | Where-Object { $_ -match '^error' })
    if ($errors.Count) { $errors[0] } elseif ($lines.Count) { $lines[0] } else { 'it does not say why' }
}

# What stands behind a word at the start of a line.
function Line-Of($text, $word) {
    foreach ($line in $text -split "`r?`n") {
        if ($line.StartsWith($word)) { return $line.Substring($word.Length).Trim() }
    }
}

# Whether a version is another or later; a nightly counts as the version that it becomes.
function Is-Enough($version, $wanted) {
    if (($version -split '-')[0] -notmatch '^\d+\.\d+(\.\d+)?$') { return $false }
    [version](($version -split '-')[0]) -ge [version]$wanted
}

# A number of MB as one says it.
function Size($megabytes) {
    if ($megabytes -lt 1000) { return "$megabytes MB" }
    [string]::Format([Globalization.CultureInfo]::InvariantCulture, '{0:0.0} GB', $megabytes / 1000)
}

# The folder that is there already, of a path that may not be.
function There($folder) {
    while ($folder -and -not (Test-Path -LiteralPath $folder)) { $folder = Split-Path -Parent $folder }
    if ($folder) { $folder } else { $root }
}

# Whether a file can be made in this folder, or the folder itself where it is not there yet.
function Is-Writable($folder) {
    $trial = Join-Path (There $folder) ".doctor-$PID"
    try { [IO.File]::WriteAllText($trial, ''); [IO.File]::Delete($trial); $true } catch { $false }
}

# What somebody has set for cargo, by environment or file.
function Read-Settings {
    $set = @()
    if ($cargoHome -ne (Join-Path $HOME '.cargo')) { $set += "CARGO_HOME=$cargoHome" }
    foreach ($name in 'CARGO_TARGET_DIR', 'CARGO_BUILD_TARGET_DIR', 'CARGO_BUILD_BUILD_DIR', 'CARGO_BUILD_TARGET',
        'RUSTC', 'RUSTC_WRAPPER', 'RUSTC_WORKSPACE_WRAPPER', 'CARGO_BUILD_RUSTC_WRAPPER', 'RUSTFLAGS',
        'CARGO_ENCODED_RUSTFLAGS', 'CARGO_BUILD_RUSTFLAGS', 'CARGO_NET_OFFLINE') {
        $value = [Environment]::GetEnvironmentVariable($name)
        if ($value) { $set += "$name=$value" }
    }
    $places = @($cargoHome)
    for ($folder = Split-Path -Parent $root; $folder; $folder = Split-Path -Parent $folder) {
        $places += Join-Path $folder '.cargo'
    }
    foreach ($place in $places | Select-Object -Unique) {
        foreach ($name in 'config.toml', 'config') {
            $file = Join-Path $place $name
            if (Test-Path -LiteralPath $file) { $set += $file }
        }
    }
    $set -join ', '
}

# -- what is looked at

function Look-AtTemp {
    foreach ($place in [IO.Path]::GetTempPath(), $root) {
        $folder = Join-Path $place "doctor.$PID"
        try {
            [void][IO.Directory]::CreateDirectory($folder)
            [IO.File]::WriteAllText((Join-Path $folder 'trial'), ' ' * 65536)
            $script:temp = $folder
            return
        }
        catch {
            if (Test-Path -LiteralPath $folder) { Remove-Item -Recurse -Force -LiteralPath $folder }
            if ($place -ne $root) { Found FAULT temp.closed @{ folder = $place; why = $_.Exception.Message } }
        }
    }
}

# Sets hostTriple where there is a compiler, and cargo where that is one for the book.
function Look-AtToolchain {
    $manifest = [IO.File]::ReadAllText((Join-Path $root 'Cargo.toml'))
    if ($manifest -match '(?m)^rust-version = "([0-9.]+)"') { $script:wanted = $Matches[1] }
    if (-not (Is-There cargo) -or -not (Is-There $rustc)) {
        if (Test-Path -LiteralPath (Join-Path $cargoHome 'bin\cargo.exe')) {
            Found FAULT toolchain.path @{ folder = Join-Path $cargoHome 'bin' }
        }
        else { Found FAULT toolchain.none @{ wanted = $wanted } }
        return
    }
    $said = Run $rustc @('-vV')
    $version = Line-Of $said.out 'release: '
    if ($said.code -eq 0) { $tried = Run cargo @('--version') } else { $tried = $said }
    if ($tried.code -ne 0 -or -not $version) {
        Found FAULT toolchain.broken @{ why = Error-In $tried.err }
        return
    }
    $script:hostTriple = Line-Of $said.out 'host: '
    $script:compilerDate = Line-Of $said.out 'commit-date: '
    if (Is-Enough $version $wanted) {
        $script:cargo = $true
        Found ok toolchain.ok @{ version = $version; wanted = $wanted }
        return
    }
    $values = @{ version = $version; wanted = $wanted }
    if (-not (Is-There rustup)) { Found FAULT toolchain.packaged $values; return }
    $active = (Run rustup @('show', 'active-toolchain')).out
    if ($active -match '\((.*)\)' -and $Matches[1] -ne 'default') {
        $values.by = $Matches[1]
        Found FAULT toolchain.held $values
    }
    else { Found FAULT toolchain.old $values }
}

# Where cargo builds.
function Find-Target {
    $folder = $null
    if ($cargo) {
        $said = Run cargo @('metadata', '--no-deps', '--offline', '--format-version=1')
        if ($said.code -eq 0) { $folder = ($said.out | ConvertFrom-Json).target_directory }
    }
    if (-not $folder) { $folder = $env:CARGO_TARGET_DIR }
    if (-not $folder) { $folder = $env:CARGO_BUILD_TARGET_DIR }
    if (-not $folder) { $folder = 'target' }
    [IO.Path]::GetFullPath([IO.Path]::Combine($root, $folder))
}

# Compiles a small program as cargo would compile the book's, and starts it where cargo would.
function Look-AtLinker {
    if (-not $hostTriple) { Found note linker.untried; return }
    $probe = Join-Path $temp 'probe'
    [void][IO.Directory]::CreateDirectory((Join-Path $probe 'src'))
    Copy-Item -LiteralPath (Join-Path $PSScriptRoot 'doctor.rs') -Destination (Join-Path $probe 'src\main.rs')
    $manifest = Join-Path $probe 'Cargo.toml'
    [IO.File]::WriteAllText($manifest, "[package]`nname = `"probe`"`nedition = `"2021`"`n[workspace]`n")
    $built = Join-Path $probe 'target'
    $said = Run cargo @('build', '--offline', '--manifest-path', $manifest, '--target-dir', $built)
    if ($said.code -ne 0) {
        $linking = @($said.err -split "`r?`n" | Where-Object { $_ -match 'fatal error LNK|cannot find' })
        if ($said.err -match 'error: linker `(.*)` not found') { Found FAULT linker.none @{ linker = $Matches[1] } }
        elseif ($said.err -match 'linking with') {
            if ($linking.Count) { $why = $linking[0].Trim() } else { $why = Error-In $said.err }
            Found FAULT linker.fails @{ why = $why }
        }
        elseif ($cargo) { Found FAULT linker.flags @{ why = Error-In $said.err; settings = $settings } }
        return
    }
    $program = Get-ChildItem -Recurse -LiteralPath $built -Filter probe.exe |
        Where-Object { $_.Directory.Name -eq 'debug' } | Select-Object -First 1
    $triple = $program.Directory.Parent.Name
    if ($triple -ne 'target' -and $triple -ne $hostTriple) {
        Found note settings.target @{ triple = $triple; host = $hostTriple; settings = $settings }
        return
    }
    $beside = Join-Path (There $target) ".doctor-$PID.exe"
    # Where that is not to be written to, it is said elsewhere.
    try { Copy-Item -LiteralPath $program.FullName -Destination $beside } catch { $beside = $program.FullName }
    $said = Run $beside @($words['limit.port'], $words['limit.threads'])
    if ($beside -ne $program.FullName) { Remove-Item -Force -LiteralPath $beside -ErrorAction SilentlyContinue }
    if ($said.code -eq -1) { Found FAULT linker.noexec @{ folder = There $target } }
    # With a word of the port it was well so far: what ended it was the threads.
    elseif ($said.code -ne 0 -and $said.out -notmatch '(?m)^port ') {
        Found FAULT linker.fails @{ why = Error-In $said.err }
    }
    else {
        $script:probed = $said.out
        Found ok linker.ok
    }
}

function Look-AtCrates {
    if (-not $cargo) { return }
    $said = Run cargo @('metadata', '--offline', '--locked', '--format-version=1', '--filter-platform', $hostTriple)
    if ($said.code -eq 0) { Found ok crates.ok; return }
    $why = Error-In $said.err
    if ($said.err -match 'lock file') { Found FAULT crates.lock @{ why = $why }; return }
    # Those in Cargo.lock that come from a registry, each by the name of its file.
    $lock = Join-Path $root 'Cargo.lock'
    $pattern = '(?m)^name = "(.*)"\r?\nversion = "(.*)"\r?\nsource = "registry'
    $all = @()
    if (Test-Path -LiteralPath $lock) { $all = @([regex]::Matches([IO.File]::ReadAllText($lock), $pattern)) }
    if (-not $all.Count) { Found FAULT crates.broken @{ why = $why }; return }
    $registry = Join-Path $cargoHome 'registry'
    $here = @{}
    Get-ChildItem (Join-Path $registry 'cache\*\*.crate') -ErrorAction SilentlyContinue |
        ForEach-Object { $here[$_.Name] = $true }
    $missing = @($all | Where-Object { -not $here["$($_.Groups[1].Value)-$($_.Groups[2].Value).crate"] })
    $size = [math]::Floor([int]$words['limit.crates'] * $missing.Count / $all.Count) + 1
    $values = @{ missing = $missing.Count; all = $all.Count; size = $size; registry = $registry }
    # Cargo asks for one that is missing, by way of the registry, the proxy and the certificates that are set for it.
    # What comes is a list of its versions, and nothing of the crate.
    $one = ($missing + $all)[0]
    $asks = Join-Path $temp 'asks'
    [void][IO.Directory]::CreateDirectory((Join-Path $asks 'src'))
    [IO.File]::WriteAllText((Join-Path $asks 'src\lib.rs'), '')
    $dependency = "$($one.Groups[1].Value) = `"=$($one.Groups[2].Value)`""
    $manifest = Join-Path $asks 'Cargo.toml'
    $text = "[package]`nname = `"asks`"`nedition = `"2021`"`n[workspace]`n[dependencies]`n$dependency`n"
    [IO.File]::WriteAllText($manifest, $text)
    $env:CARGO_NET_RETRY = '0'
    $env:CARGO_HTTP_TIMEOUT = '10'
    $said = Run cargo @('generate-lockfile', '--manifest-path', $manifest)
    if ($said.code -eq 0) { Found note crates.fetched $values; return }
    # The last cause that cargo gives is the one that says most.
    $causes = @($said.err -split "`r?`n" | Where-Object { $_ -match '^  [^ ]' })
    if ($causes.Count) { $values.why = $causes[-1].Trim() } else { $values.why = $why }
    Found FAULT crates.missing $values
}

function Look-AtFolders {
    $ours = Join-Path $root 'target'
    $set = $env:CARGO_TARGET_DIR -or $env:CARGO_BUILD_TARGET_DIR
    if (Is-Writable (Join-Path $ours 'workbook')) { Found ok folder.ok @{ folder = $ours } }
    elseif ($set -and (Is-Writable $target)) { Found note folder.elsewhere @{ folder = $target } }
    else { Found FAULT folder.closed @{ folder = Join-Path $ours 'workbook' } }
    if ($target -ne $ours) {
        if (Is-Writable $target) { Found ok target.ok @{ folder = $target } }
        else { Found FAULT target.closed @{ folder = $target } }
    }
    $kind = ''
    if ($root.StartsWith('\\')) { $kind = $root }
    elseif ((New-Object IO.DriveInfo $root).DriveType -eq 'Network') { $kind = $root.Substring(0, 2) }
    if ($kind) { Found note folder.network @{ kind = $kind } }
}

function Look-AtDisk {
    $have = 0
    if (Test-Path -LiteralPath $target) {
        $files = Get-ChildItem -Recurse -Force -File -LiteralPath $target -ErrorAction SilentlyContinue
        $have = ($files | Measure-Object -Property Length -Sum).Sum / 1e6
    }
    # With room for what changes from machine to machine, and for what an author builds again.
    $serve = [math]::Max(0, [math]::Floor([int]$words['limit.disk_serve'] * 5 / 4 - $have))
    $all = [math]::Max(0, [math]::Floor([int]$words['limit.disk_all'] * 5 / 4 - $have))
    try { $free = [math]::Floor((New-Object IO.DriveInfo (There $target)).AvailableFreeSpace / 1e6) }
    catch { Found note disk.unknown @{ need = Size $all }; return }
    if ($free -lt $serve) { Found FAULT disk.little @{ free = Size $free; need = Size $serve } }
    elseif ($free -lt $all) { Found note disk.tight @{ free = Size $free; need = Size $all } }
    else { Found ok disk.ok @{ free = Size $free; need = Size $all } }
}

function Look-AtCores {
    $cores = [Environment]::ProcessorCount
    if ($probed) { $cores = [int](Line-Of $probed 'cores ') }
    if ($cores -eq 1) { Found note cores.one } else { Found ok cores.ok @{ cores = $cores } }
}

function Look-AtMemory {
    try { $memory = [math]::Floor((Get-CimInstance Win32_ComputerSystem).TotalPhysicalMemory / 1e6) } catch { return }
    if ($memory -lt [int]$words['limit.memory']) { Found note memory.little @{ memory = Size $memory } }
    else { Found ok memory.ok @{ memory = Size $memory } }
}

# Windows has no limit of open files: see book/platforms.md.

function Look-AtThreads {
    if (-not $probed) { return }
    $last = @($probed -split "`r?`n" | Where-Object { $_ -match '^threads ' })[-1]
    $many, $why = ($last -replace '^threads ', '') -split ' ', 2
    if ($why -eq 'ok') { Found ok threads.ok @{ threads = $many } }
    else { Found FAULT threads.few @{ threads = $many; why = $why; wanted = $words['limit.threads'] } }
}

function Look-AtLoopback {
    if (-not $probed) { return }
    $why = Line-Of $probed 'loopback '
    $name = Line-Of $probed 'localhost '
    if ($why -ne 'ok') { Found FAULT loopback.broken @{ why = $why } }
    elseif ($name -ne 'ok') { Found note loopback.name @{ why = $name } }
    else { Found ok loopback.ok }
}

function Look-AtPort {
    if (-not $probed) { return }
    $port = $words['limit.port']
    if ((Line-Of $probed 'port ') -eq 'ok') { Found ok port.ok @{ port = $port }; return }
    $by = ''
    try {
        $id = @(Get-NetTCPConnection -LocalPort $port -State Listen)[0].OwningProcess
        $by = " by process $id $((Get-Process -Id $id).ProcessName)"
    }
    catch { } # The system does not tell.
    Found note port.taken @{ port = $port; by = $by }
}

function Look-AtProxy {
    foreach ($name in 'http_proxy', 'all_proxy') {
        if (-not [Environment]::GetEnvironmentVariable($name)) { continue }
        if (",$env:no_proxy," -notmatch '127\.0\.0\.1|\*|127\.0\.0\.0/8') { Found note proxy.all @{ variable = $name } }
        return
    }
}

function Look-AtClock {
    $now = Get-Date
    $shown = $now.ToString('yyyy-MM-dd', [Globalization.CultureInfo]::InvariantCulture)
    foreach ($name in 'Cargo.toml', 'Cargo.lock') {
        $file = Join-Path $root $name
        if ((Test-Path -LiteralPath $file) -and [IO.File]::GetLastWriteTime($file) -gt $now) {
            Found FAULT clock.behind @{ now = $shown; what = $file }
            return
        }
    }
    # As text: it is a date, and the later one is the greater. A compiler without one says `unknown`.
    if ($compilerDate -match '^\d' -and [string]::CompareOrdinal($shown, $compilerDate) -lt 0) {
        Found FAULT clock.behind @{ now = $shown; what = "this rustc ($compilerDate)" }
    }
    else { Found ok clock.ok @{ now = $shown } }
}

# -- from here it goes

$json = $false
$root = Split-Path -Parent $PSScriptRoot
for ($i = 0; $i -lt $args.Count; $i++) {
    if ($args[$i] -eq '--json') { $json = $true }
    elseif ($args[$i] -eq '--root' -and $i + 1 -lt $args.Count) { $i++; $root = $args[$i] }
    else {
        [Console]::Error.WriteLine('usage: powershell -File scripts\doctor.ps1 [--json] [--root FOLDER]')
        exit 2
    }
}
$root = (Resolve-Path -LiteralPath $root).ProviderPath
$temp = $null; $hostTriple = $null; $cargo = $false; $probed = $null; $compilerDate = $null; $wanted = '0.0'
$rustc = if ($env:RUSTC) { $env:RUSTC } else { 'rustc' }
$cargoHome = if ($env:CARGO_HOME) { $env:CARGO_HOME } else { Join-Path $HOME '.cargo' }
$settings = Read-Settings
try {
    Look-AtTemp
    if ($temp) { Look-AtToolchain }
    $target = Find-Target
    if ($temp) { Look-AtLinker }
    if ($settings) { Found ok settings.ok @{ settings = $settings } }
    if ($temp) { Look-AtCrates }
    Look-AtFolders
    Look-AtDisk
    Look-AtCores
    Look-AtMemory
    Look-AtThreads
    Look-AtLoopback
    Look-AtPort
    Look-AtProxy
    Look-AtClock
    Found note figures.time
}
finally { if ($temp) { Remove-Item -Recurse -Force -LiteralPath $temp -ErrorAction SilentlyContinue } }

$faults = @($findings | Where-Object { $_.mark -eq 'FAULT' }).Count
$notes = @($findings | Where-Object { $_.mark -eq 'note' }).Count
if ($json) {
    [Console]::OutputEncoding = New-Object Text.UTF8Encoding $false
    ConvertTo-Json -Compress -Depth 4 ([ordered]@{
        system = 'windows'; root = $root; target = $target; faults = $faults; notes = $notes
        findings = @($findings)
    })
}
else {
    # What is to be mended stands last, where one looks first.
    foreach ($mark in 'ok', 'note', 'FAULT') {
        foreach ($finding in $findings | Where-Object { $_.mark -eq $mark }) {
            '{0,-6}{1,-14}{2}' -f $mark, $finding.about, $finding.what
            if ($finding.help) { '{0,20}help: {1}' -f '', $finding.help }
        }
    }
    ''
    if ($faults -eq 0) { $words['end.ok'] }
    elseif ($faults -eq 1) { $words['end.fault'] }
    else { Fill $words['end.faults'] @{ faults = $faults } }
}
exit [int]($faults -gt 0)
