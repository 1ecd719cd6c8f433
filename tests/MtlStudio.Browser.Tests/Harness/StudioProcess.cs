using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace MtlStudio.Browser.Tests.Harness;

/// <summary>The real studio as its own process, on a free port, with a data folder of its own.</summary>
public sealed partial class StudioProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<string> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StudioProcess(string dataFolder, string[] arguments)
    {
        DataFolder = dataFolder;
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])[WebDll(), "--urls", "http://127.0.0.1:0", $"--Studio:DataFolder={dataFolder}", "--Studio:SampleStudy=false", .. arguments]) start.ArgumentList.Add(argument);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Heard(line.Data);
        _process.ErrorDataReceived += (_, line) => Heard(line.Data);
        _process.Exited += (_, _) => _address.TrySetException(new InvalidOperationException($"The studio ended before it answered:\n{Output}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string DataFolder { get; }

    /// <summary>The printed address, as "http://127.0.0.1:41234".</summary>
    public string Address => _address.Task.Result;

    /// <summary>All that was printed so far.</summary>
    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    public static async Task<StudioProcess> StartAsync(string dataFolder, params string[] arguments)
    {
        var studio = new StudioProcess(dataFolder, arguments);
        try
        {
            await studio._address.Task.WaitAsync(StartLimit);
            return studio;
        }
        catch
        {
            await studio.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until that was printed, which may come some time after the address.</summary>
    public async Task SaysAsync(string words)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!Output.Contains(words, StringComparison.Ordinal))
        {
            if (TimeProvider.System.GetElapsedTime(began) > StartLimit) throw new TimeoutException($"The studio never said \"{words}\":\n{Output}");
            await Task.Delay(50);
        }
    }

    public void Kill() => _process.Kill();

    public Task WaitForExitAsync(CancellationToken token) => _process.WaitForExitAsync(token);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private void Heard(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
        if (AddressLine().Match(line) is { Success: true } match) _address.TrySetResult(match.Groups[1].Value);
    }

    /// <summary>The web project's own output, in this build's configuration: what a user starts, not this project's copy of it.</summary>
    private static string WebDll()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var relative = Path.Combine("src", "MtlStudio.Web", "bin", output.Parent!.Name, output.Name, "MtlStudio.Web.dll");
        return Path.Combine(Repository.Root, relative) is var path && File.Exists(path) ? path : throw new FileNotFoundException("Build the web project first", path);
    }

    [GeneratedRegex(@"^\s*Address\s+(http://\S+)")]
    private static partial Regex AddressLine();
}
