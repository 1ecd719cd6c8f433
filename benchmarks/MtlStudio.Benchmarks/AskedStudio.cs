using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MtlStudio.Benchmarks;

/// <summary>A studio in a process of its own, asked over HTTP.</summary>
internal sealed partial class AskedStudio : IAsyncDisposable
{
    private readonly Process process;
    private readonly HttpClient client;

    private AskedStudio(Process process, string address)
    {
        (this.process, Address) = (process, address);
        client = new HttpClient { BaseAddress = new Uri($"{address}/api/v1/"), Timeout = TimeSpan.FromMinutes(5) };
    }

    public string Address { get; }

    /// <summary>Bytes of memory that the process holds now, as the kernel counts them.</summary>
    public long Resident
    {
        get
        {
            var line = File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Milliseconds of processor time that the process has taken.</summary>
    public double CpuMilliseconds
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime.TotalMilliseconds;
        }
    }

    /// <param name="program">MtlStudio.Web.dll as it was built.</param>
    public static async Task<AskedStudio> StartAsync(string program, string data, params string[] more)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])[program, "--urls", "http://127.0.0.1:0", $"--Studio:DataFolder={data}", "--Studio:SampleStudy=false", .. more]) start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            if (AddressLine().Match(line) is { Success: true } match)
            {
                // Nothing is to wait for room in the pipe.
                _ = process.StandardOutput.ReadToEndAsync();
                return new(process, match.Groups[1].Value);
            }
        throw new InvalidOperationException($"{program} ended before it answered");
    }

    public async Task<(double Milliseconds, int Bytes)> AskAsync(string path)
    {
        var began = Stopwatch.GetTimestamp();
        var body = await client.GetByteArrayAsync(path);
        return (Stopwatch.GetElapsedTime(began).TotalMilliseconds, body.Length);
    }

    /// <summary>Milliseconds until so many runs have a verdict on the task beside their baselines in the table of runs.</summary>
    public async Task<double> JudgedAsync(string task, int runs)
    {
        var began = Stopwatch.GetTimestamp();
        var column = $"delta({task})";
        while (true)
        {
            var page = JsonElement.Parse(await client.GetStringAsync($"runs/table?columns={Uri.EscapeDataString(column)}&filter={Uri.EscapeDataString($"{column} > -1000")}&take=1"));
            if (page.GetProperty("total").GetInt32() >= runs) return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        // An end by force would have the next start check the whole database beside what is measured.
        using (var term = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)])) await term.WaitForExitAsync();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    [GeneratedRegex(@"^\s*Address\s+(http://\S+)", RegexOptions.CultureInvariant)]
    private static partial Regex AddressLine();
}
