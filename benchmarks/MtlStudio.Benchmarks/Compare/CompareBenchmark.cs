namespace MtlStudio.Benchmarks.Compare;

/// <summary>
/// What a studio does to compare runs: verdicts, curves, the report (which reads what the page reads). Asked over HTTP of the studio's
/// own process; the first answer after a start is told apart from later ones.
/// </summary>
internal static class CompareBenchmark
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
            await using (var first = await AskedStudio.StartAsync(program, data)) judged = await first.JudgedAsync(CompareStore.TaskName(0), runs.Split(',').Length);
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
                await using var studio = await AskedStudio.StartAsync(program, data);
                var (start, bytes) = await studio.AskAsync(path);
                var later = new List<double>();
                for (var round = 0; round < Rounds; round++) later.Add((await studio.AskAsync(path)).Milliseconds);
                later.Sort();
                Console.WriteLine($"| {count} | {what} | {start:0} | {later[Rounds / 2]:0} | {later[^1]:0} | {bytes / 1000.0:0} |");
            }
        }
        return 0;
    }
}
