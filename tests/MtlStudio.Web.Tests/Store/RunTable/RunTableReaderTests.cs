using Microsoft.EntityFrameworkCore;
using MtlStudio.Core;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store.RunTable;

public sealed class RunTableReaderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static RunColumn Column(string name) => RunColumn.TryParse(name)!;

    [Fact]
    public async Task IdsAsync_FindsAndOrdersWhatPlainCodeDoes_ForRandomFilters()
    {
        await using var host = await StoreHost.OpenAsync();
        var runs = await MadeUpRuns.AddAsync(host, 60);
        var naive = new NaiveTable(host.Clock.GetUtcNow());
        var table = host.Get<RunTableReader>();
        var filters = new RandomFilters(new(3, "filters"));
        var random = new KeyedRandom(4, "sorts");
        string[] sortable = ["id", "name", "created", "ended", "took", "score", "policy", "task", "tag", "note", "training.steps", "peft.options.rank", "training.lossMode", "metric(qa)", "test(qa)", "metric(sentiment,accuracy)"];
        var found = 0;
        for (var i = 0; i < 300; i++)
        {
            var filter = filters.Make(depth: 3);
            RunSort[] sorts = [.. Enumerable.Range(0, random.NextInt(3)).Select(_ => new RunSort(Column(sortable[random.NextInt(sortable.Length)]), random.NextInt(2) == 0))];
            var expected = naive.Ids(runs, filter, sorts);
            var actual = await table.IdsAsync(new() { Filter = filter, Sort = sorts }, 1000, Cancellation);
            Assert.True(expected.SequenceEqual(actual), $"{filter} by {string.Join(", ", sorts.AsEnumerable())}: {string.Join(" ", expected)} and not {string.Join(" ", actual)}");
            found += actual.Count is > 0 and < 60 ? 1 : 0;
        }
        Assert.InRange(found, 50, 300);
    }

    [Fact]
    public async Task PageAsync_CutsInOrder_WithEveryValue()
    {
        await using var host = await StoreHost.OpenAsync();
        var runs = await MadeUpRuns.AddAsync(host, 30);
        var table = host.Get<RunTableReader>();
        var all = await table.PageAsync(new() { Columns = [Column("metric(qa)"), Column("training.steps"), Column("training.lossMode"), Column("policy"), Column("created")], Take = 1000 }, Cancellation);
        Assert.Equal(runs.Count(run => !run.Run.Archived), all.Total);
        foreach (var row in all.Items)
        {
            var made = runs.Single(run => run.Run.Id == row.Id);
            Assert.Equal((made.Run.Name, made.Run.State, made.Run.Step, made.Run.Note), (row.Name, row.State, row.Step, row.Note));
            Assert.Equal(made.Tags.Order(StringComparer.Ordinal), row.Tags);
            Assert.Equal(made.Tasks, row.Tasks);
            double? score = made.Validation.TryGetValue("qa", out var found) && double.IsFinite(found) ? found : null;
            Assert.Equal<RunCell>([new(score, null), new(made.Spec.Training.Steps, null), new(null, made.Spec.Training.LossMode), new(null, made.Run.Policy), new(made.Run.CreatedAt.ToUnixTimeMilliseconds(), null)], row.Cells);
        }
        var second = await table.PageAsync(new() { Skip = 10, Take = 7 }, Cancellation);
        Assert.Equal(all.Items.Skip(10).Take(7).Select(row => row.Id), second.Items.Select(row => row.Id));
        Assert.Equal(all.Total, second.Total);
    }

    [Fact]
    public async Task GroupsAsync_GivesCountMeanAndDeviation_AndWithinOpensEachGroup()
    {
        await using var host = await StoreHost.OpenAsync();
        var runs = (await MadeUpRuns.AddAsync(host, 60)).Where(run => !run.Run.Archived).ToList();
        var table = host.Get<RunTableReader>();
        var query = new RunTableQuery { Group = [Column("policy"), Column("peft.options.rank")], Columns = [Column("metric(qa)"), Column("seed"), Column("policy")], Sort = [new(Column("metric(qa)"), true)], Take = 1000 };
        var groups = await table.GroupsAsync(query, Cancellation);
        Assert.Equal(runs.Count, groups.Items.Sum(group => group.Count));
        Assert.InRange(groups.Total, 4, 12);
        foreach (var group in groups.Items)
        {
            var rows = await table.PageAsync(query with { Within = group.Keys, Sort = [] }, Cancellation);
            Assert.Equal(group.Count, rows.Total);
            var members = rows.Items.Select(row => runs.Single(run => run.Run.Id == row.Id)).ToList();
            Assert.All(members, run => Assert.Equal(group.Keys[0].Text, run.Run.Policy));
            var scores = members.Select(run => run.Validation.GetValueOrDefault("qa", double.NaN)).Where(double.IsFinite).ToList();
            var (mean, sd) = (group.Summaries[0].Mean, group.Summaries[0].Deviation);
            Assert.Equal(scores.Count, group.Summaries[0].Count);
            if (scores.Count > 0) Assert.Equal(scores.Average(), mean!.Value, 12); else Assert.Null(mean);
            if (scores.Count > 1) Assert.Equal(Math.Sqrt(scores.Sum(score => Math.Pow(score - scores.Average(), 2)) / (scores.Count - 1)), sd!.Value, 12); else Assert.Null(sd);
            Assert.Equal(new RunCell(null, members[0].Run.Policy), group.Summaries[2].Only);
        }
        var means = groups.Items.Select(group => group.Summaries[0].Mean).ToList();
        Assert.Equal(means.OrderByDescending(mean => mean ?? double.NegativeInfinity), means);

        foreach (var column in new[] { "tag", "task", "created", "training.lossMode", "archived", "state" })
        {
            var byOne = await table.GroupsAsync(new() { Group = [Column(column)] }, Cancellation);
            Assert.Equal(runs.Count, byOne.Items.Sum(group => group.Count));
            foreach (var group in byOne.Items)
                Assert.Equal(group.Count, (await table.PageAsync(new() { Group = [Column(column)], Within = group.Keys }, Cancellation)).Total);
        }
    }

    [Fact]
    public async Task PageAsync_RefusesNamesThatNothingHas_AndSaysWhatWasMeant()
    {
        await using var host = await StoreHost.OpenAsync();
        await MadeUpRuns.AddAsync(host, 12);
        await RefusedAsync("policy = uw and trainng.steps > 3", "There is no column \"trainng.steps\": did you mean training.steps? (at character 17)");
        await RefusedAsync("metric(sentimnt) > 0.5", "No run was scored on a task \"sentimnt\": did you mean sentiment? (at character 1)");
        await RefusedAsync("metric(qa, bleu) > 0.5", "qa has no metric \"bleu\": f1, loss were expected (at character 1)");
        Assert.Equal(0, (await PageAsync("weighting.options.beta > 3 or tasks[other].share = 7")).Total);
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => host.Get<RunTableReader>().PageAsync(new() { Skip = -1, Take = 0 }, Cancellation));
        Assert.Equal(["skip", "take"], refused.Errors.Select(error => error.Field));

        Task<Page<RunTableRow>> PageAsync(string filter) => host.Get<RunTableReader>().PageAsync(new() { Filter = RunFilterParser.Parse(filter, host.Clock.GetUtcNow()) }, Cancellation);

        async Task RefusedAsync(string filter, string message) => Assert.Contains(message, (await Assert.ThrowsAsync<InvalidInputException>(() => PageAsync(filter))).Message);
    }

    [Fact]
    public async Task FinalScores_GoBackWithARewind_AndComeToOlderRunsWhenTheStudioOpens()
    {
        await using var host = await StoreHost.OpenAsync();
        var history = new RunHistory(5, steps: 300);
        Assert.Contains(history.Events, value => value is RewoundEvent);
        var run = (await host.CreateAsync()).Id;
        RunTableQuery query = new() { Columns = [Column("metric(qa,f1)"), Column("metric(qa,loss)"), Column("seed"), Column("peft.options.rank")] };
        foreach (var batch in history.Events.Chunk(37))
        {
            await host.Ingest.ApplyAsync(run, batch, batch[^1].Seq * 10, Cancellation);
            var last = history.Events.Where(value => value.Seq <= batch[^1].Seq).ToList();
            var rewinds = last.OfType<RewoundEvent>().ToList();
            var scores = last.OfType<EvaluationEvent>().LastOrDefault(value => rewinds.All(rewound => value.Seq <= rewound.ToSeq || value.Seq > rewound.Seq));
            var loss = scores?.Tasks[0].Loss is { } finite && double.IsFinite(finite) ? finite : (double?)null;
            var cells = (await host.Get<RunTableReader>().PageAsync(query, Cancellation)).Items[0].Cells;
            Assert.Equal<RunCell>([new(scores is null ? null : 0.25, null), new(loss, null), new(1, null), new(8, null)], cells);
        }
        var before = (await host.Get<RunTableReader>().PageAsync(query, Cancellation)).Items[0].Cells;
        await host.Writer.WriteAsync(async context => await context.RunValues.ExecuteDeleteAsync(Cancellation), Cancellation);
        Assert.Equal(1, await host.Get<RunTableFill>().FillAsync(Cancellation));
        Assert.Equal(0, await host.Get<RunTableFill>().FillAsync(Cancellation));
        Assert.Equal(before, (await host.Get<RunTableReader>().PageAsync(query, Cancellation)).Items[0].Cells);
    }
}
