using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MtlStudio.Benchmarks.Compare;

/// <summary>
/// What a studio does to compare runs: verdicts, curves, the report (which reads what the page reads). Asked over HTTP of the studio's
/// own process; the first answer after a start is told apart from later ones.
/// </summary>
internal static partial class CompareBenchmark
{
    private const int Tasks = 8, Steps = 10_000, Rounds = 9;

    /// <param name="program">MtlStudio.Web.dll as it was built.</param>
    public static async Task<int> RunAsync(string program, string folder)
    {
        Console.WriteLine($"{Tasks} tasks of 500 test examples, {Steps:#,0} steps with a point of each task's loss and examples.");
        Console.WriteLine("| runs | what | first after a start, ms | median of 9, ms | slowest, ms | answer, kB |");
        Console.WriteLine("| ---: | --- | ---: | ---: | ---: | ---: |");
        foreach (var count in new[] { 10, 20 })
        {
            var data = Path.Combine(folder, $"compare-{count}");
            var runs = string.Join(',', await CompareStore.FillAsync(data, new(count, Tasks, Steps)));
            double judged;
            await using (var first = await Studio.StartAsync(program, data)) judged = await first.JudgedAsync(runs.Split(','));
            Console.WriteLine($"| {count} | all verdicts of a studio that starts on unjudged runs | {judged:0} | | | |");
            var series = string.Concat(Enumerable.Range(0, Tasks).SelectMany(k => new[] { "train", "validation" }.Select(kind => $"&series=loss/{kind}/{CompareStore.TaskName(k)}")));
            foreach (var (what, path) in new[]
            {
                ("GET compare, beside baselines", $"compare?runs={runs}&reference=baseline"),
                ("GET compare, beside the untuned model", $"compare?runs={runs}&reference=untuned"),
                ("GET compare/points, 16 series of 300 points a run", $"compare/points?runs={runs}&x=task-examples&points=300{series}"),
                ("GET compare/examples, one page", $"compare/examples?run={runs.Split(',')[0]}&task={CompareStore.TaskName(0)}"),
                ("the report: all that the page reads", $"reports/compare?runs={runs}&reference=baseline"),
            })
            {
                // Each on a studio that has answered nothing yet.
                await using var studio = await Studio.StartAsync(program, data);
                var (start, bytes) = await studio.AskAsync(path);
                var later = new List<double>();
                for (var round = 0; round < Rounds; round++) later.Add((await studio.AskAsync(path)).Milliseconds);
                later.Sort();
                Console.WriteLine($"| {count} | {what} | {start:0} | {later[Rounds / 2]:0} | {later[^1]:0} | {bytes / 1000.0:0} |");
            }
        }
        return 0;
    }

    /// <summary>A studio of its own.</summary>
    private sealed partial class Studio : IAsyncDisposable
    {
        private readonly Process process;
        private readonly HttpClient client;

        private Studio(Process process, string address) => (this.process, client) = (process, new HttpClient { BaseAddress = new Uri($"{address}/api/v1/"), Timeout = TimeSpan.FromMinutes(5) });

        public static async Task<Studio> StartAsync(string program, string data)
        {
            var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
            foreach (var argument in (string[])[program, "--urls", "http://127.0.0.1:0", $"--Studio:DataFolder={data}", "--Studio:SampleStudy=false"]) start.ArgumentList.Add(argument);
            var process = Process.Start(start)!;
            while (await process.StandardOutput.ReadLineAsync() is { } line)
                if (Address().Match(line) is { Success: true } match)
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

        /// <summary>Milliseconds until every run has a verdict beside its baseline in the table of runs.</summary>
        public async Task<double> JudgedAsync(IReadOnlyList<string> runs)
        {
            var began = Stopwatch.GetTimestamp();
            var column = $"delta({CompareStore.TaskName(0)})";
            while (true)
            {
                var page = JsonElement.Parse(await client.GetStringAsync($"runs/table?columns={Uri.EscapeDataString(column)}&filter={Uri.EscapeDataString($"{column} > -1000")}&take=1"));
                if (page.GetProperty("total").GetInt32() >= runs.Count) return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                await Task.Delay(20);
            }
        }

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        [GeneratedRegex(@"^\s*Address\s+(http://\S+)", RegexOptions.CultureInvariant)]
        private static partial Regex Address();
    }
}
