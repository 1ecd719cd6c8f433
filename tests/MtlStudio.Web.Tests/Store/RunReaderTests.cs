using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store;

public sealed class RunReaderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunsAsync_FiltersSortsAndPages_InTheDatabase()
    {
        await using var host = await StoreHost.OpenAsync();
        await host.Store.CreateAsync(StoreHost.Spec("Alpha") with { Tags = ["night"], Weighting = new() { Name = "pcgrad" } }, cancellation: Cancellation);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await host.Store.CreateAsync(StoreHost.Spec("beta", "cuda", "other") with { Note = "Looks at ALPHA again" }, cancellation: Cancellation);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var third = await host.CreateAsync("gamma_%");
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var hidden = await host.CreateAsync("delta");
        await host.Store.TransitionAsync(third.Id, RunState.Stopped, "stopped by the user", cancellation: Cancellation);
        await host.Store.UpdateAsync(hidden.Id, run => run.Archived = true, Cancellation);

        Assert.Equal(["gamma_%", "beta", "Alpha"], await Names(new()));
        Assert.Equal(["Alpha", "beta", "gamma_%"], await Names(new() { Sort = "name", Descending = false }));
        Assert.Equal(["beta"], await Names(new() { Skip = 1, Take = 1 }));
        Assert.Equal(["beta", "Alpha"], await Names(new() { Text = " alpha" }));
        Assert.Equal(["Alpha"], await Names(new() { Text = "NIGHT" }));
        Assert.Equal(["gamma_%"], await Names(new() { Text = "_%" }));
        Assert.Equal(["Alpha"], await Names(new() { Policy = "pcgrad" }));
        Assert.Equal(["Alpha"], await Names(new() { Tag = "night" }));
        Assert.Equal(["beta"], await Names(new() { Task = "other" }));
        Assert.Equal(["gamma_%"], await Names(new() { States = [RunState.Stopped, RunState.Failed] }));
        Assert.Equal(["delta"], await Names(new() { Archived = true }));
        Assert.Equal(4, (await host.Reader.RunsAsync(new() { Archived = null, Take = 1 }, Cancellation)).Total);
        Assert.Equal(["night"], (await host.Reader.RunsAsync(new() { Tag = "night" }, Cancellation)).Items[0].Tags.Select(tag => tag.Tag));
        var counts = await host.Reader.CountsAsync(Cancellation);
        Assert.Equal((2, 1), (counts[RunState.Queued], counts[RunState.Stopped]));

        async Task<IEnumerable<string>> Names(RunFilter filter) => (await host.Reader.RunsAsync(filter, Cancellation)).Items.Select(run => run.Name);
    }

    [Fact]
    public async Task RunsAsync_SortsByEveryKeyItNames()
    {
        await using var host = await StoreHost.OpenAsync();
        long[] ids = [(await host.CreateAsync("a")).Id, (await host.CreateAsync("b")).Id];
        foreach (var key in RunReader.SortKeys)
            foreach (var descending in new[] { false, true })
                Assert.Equal(ids, (await host.Reader.RunsAsync(new() { Sort = key, Descending = descending }, Cancellation)).Items.Select(run => run.Id).Order());
    }

    [Fact]
    public async Task RunsAsync_NamesTheFault_WhenSortOrPageIsWrong()
    {
        await using var host = await StoreHost.OpenAsync();
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => host.Reader.RunsAsync(new() { Sort = "color" }, Cancellation));
        Assert.Contains("\"color\"", refused.Message);
        refused = await Assert.ThrowsAsync<InvalidInputException>(() => host.Reader.RunsAsync(new() { Skip = -1, Take = 5000 }, Cancellation));
        Assert.Equal(["skip", "take"], refused.Errors.Select(error => error.Field));
    }

    [Fact]
    public void Hash_IsEqualForEqualTrainings_AndDiffersForOthers()
    {
        var spec = StoreHost.Spec("one");
        var hash = SpecIdentity.Hash(spec);
        Assert.Equal(hash, SpecIdentity.Hash(spec with { Name = "two", Note = "n", Tags = ["t"], Telemetry = new() { GradientEvery = 3 } }));
        Assert.NotEqual(hash, SpecIdentity.Hash(spec with { Seed = 2 }));
        Assert.NotEqual(hash, SpecIdentity.Hash(spec with { Device = new() { Threads = 3 } }));
        Assert.Equal(Options("""{"rank": 8, "alpha": 16.0}"""), Options("""{"alpha": 16, "rank": 8.0}"""));
        Assert.NotEqual(Options("""{"rank": 8}"""), Options("""{"rank": 9}"""));

        string Options(string json) => SpecIdentity.Hash(spec with { Peft = new("lora") { Options = System.Text.Json.JsonDocument.Parse(json).RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value) } });
    }
}
