using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store.RunTable;

public sealed class RunTableScaleTests
{
    private const int Runs = 10_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact, Trait("Category", "Slow")]
    public async Task TenThousandRuns_AreFilteredSortedGroupedAndPaged()
    {
        await using var host = await StoreHost.OpenAsync();
        await MultiplyAsync(host);
        var table = host.Get<RunTableReader>();
        RunColumn[] columns = [.. RunColumn.ParseList("id,name,state,policy,task,tag,score,metric(qa),metric(qa,loss),training.steps,seed,created,took")];

        var page = await TimedAsync("first page", () => table.PageAsync(new() { Columns = columns, Take = 50 }, Cancellation));
        Assert.Equal((Runs, 50, Runs), (page.Total, page.Items.Count, page.Items[0].Id));
        page = await TimedAsync("last page, by a score", () => table.PageAsync(new() { Columns = columns, Sort = [Sort("-metric(qa)")], Skip = Runs - 50, Take = 50 }, Cancellation));
        Assert.Equal(50, page.Items.Count);
        Assert.Equal(page.Items.Select(row => row.Cells[7].Number).OrderDescending(), page.Items.Select(row => row.Cells[7].Number));
        page = await TimedAsync("filtered by text, setting and score", () => table.PageAsync(new() { Columns = columns, Filter = RunFilterParser.Parse("many policy = uw seed = 3 metric(qa) > 0.5", host.Clock.GetUtcNow()), Sort = [Sort("training.steps")] }, Cancellation));
        Assert.All(page.Items, row => Assert.Equal(("uw", 3.0, true), (row.Cells[3].Text, row.Cells[10].Number, row.Cells[7].Number > 0.5)));
        Assert.InRange(page.Total, 100, 600);
        var groups = await TimedAsync("grouped by policy and seed", () => table.GroupsAsync(new() { Columns = columns, Group = [.. RunColumn.ParseList("policy,seed")], Sort = [Sort("-score")] }, Cancellation));
        Assert.Equal((15, Runs), (groups.Total, groups.Items.Sum(group => group.Count)));
        var ids = await TimedAsync("all numbers", () => table.IdsAsync(new(), int.MaxValue, Cancellation));
        Assert.Equal(Runs, ids.Count);
        await TimedAsync("columns to choose from", () => table.NamesAsync(Cancellation));
    }

    private static RunSort Sort(string text) => RunSort.TryParse(text)!;

    /// <summary>One run as a studio makes it, and copies that differ in what tables show.</summary>
    private static async Task MultiplyAsync(StoreHost host)
    {
        var run = (await host.CreateAsync("many")).Id;
        await host.Ingest.ApplyAsync(run,
        [
            new StartedEvent { Seq = 1, Attempt = 1, TotalSteps = 300, Tasks = [new() { Name = "qa", PrimaryMetric = "f1" }] },
            new EvaluationEvent { Seq = 2, Step = 10, Tasks = [new() { Task = "qa", Loss = 1, Examples = 5, Metrics = new Dictionary<string, double> { ["f1"] = 0.1 } }], UnifiedScore = 0.5 },
        ], 100, Cancellation);
        await using var context = host.Context();
        var columns = (await context.Database.SqlQuery<string>($"SELECT name AS Value FROM pragma_table_info('run')").ToListAsync(Cancellation)).Where(column => column != "id").ToList();
        var values = columns.Select(column => column switch
        {
            "created_at" => "r.created_at - n.i * 60000",
            "policy" => "CASE n.i % 3 WHEN 0 THEN 'equal' WHEN 1 THEN 'uw' ELSE 'pcgrad' END",
            "unified_score" => "(n.i % 97) / 97.0",
            "queue_order" => "n.i + 1",
            _ => $"r.{column}",
        });
        const string numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)";
#pragma warning disable EF1002 // column names, no input
        await context.Database.ExecuteSqlRawAsync($"{numbers} INSERT INTO run ({string.Join(", ", columns)}) SELECT {string.Join(", ", values)} FROM run r, n WHERE r.id = 1", Cancellation);
#pragma warning restore EF1002
        await context.Database.ExecuteSqlRawAsync($"{numbers} INSERT INTO run_task (run_id, name, color_index, train_examples, validation_examples, test_examples, dropped, planned_share, primary_metric, higher_is_better) SELECT n.i + 1, name, color_index, 1, 1, 1, 0, 0.5, primary_metric, 1 FROM run_task t, n WHERE t.run_id = 1", Cancellation);
        await context.Database.ExecuteSqlRawAsync($$"""
            {{numbers}} INSERT INTO run_value (column_id, run_id, number, text)
            SELECT v.column_id, n.i + 1, CASE c.key WHEN 'seed' THEN n.i % 5 WHEN 'training.steps' THEN 100 * (1 + n.i % 4) ELSE v.number * (1 + n.i % 9) END, v.text
            FROM run_value v JOIN run_value_column c ON c.id = v.column_id, n WHERE v.run_id = 1
            """, Cancellation);
    }

    private static async Task<T> TimedAsync<T>(string what, Func<Task<T>> act)
    {
        await act();
        var clock = Stopwatch.StartNew();
        var result = await act();
        TestContext.Current.TestOutputHelper!.WriteLine($"{what}: {clock.Elapsed.TotalMilliseconds:0} ms");
        // What a page may take at most on a machine that does much else; alone it is a fraction of it.
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        return result;
    }
}
