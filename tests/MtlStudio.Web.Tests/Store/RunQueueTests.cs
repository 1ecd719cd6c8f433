using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store;

public sealed class RunQueueTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PickNextAsync_TakesPriorityThenOrder_ForTheDevicesThereAre()
    {
        await using var host = await StoreHost.OpenAsync();
        await host.Queue.RegisterDevicesAsync("here", [new("cpu:0", "cpu"), new("cpu:1", "cpu")], Cancellation);
        await host.CreateAsync("gpu", "cuda");
        var first = await host.CreateAsync("first");
        var second = await host.CreateAsync("second");
        var urgent = await host.CreateAsync("urgent");
        await host.Queue.SetPriorityAsync(urgent.Id, 5, Cancellation);
        var picked = await host.Queue.PickNextAsync("here", Cancellation);
        Assert.Equal((urgent.Id, "cpu:0", RunState.Starting), (picked!.Run.Id, picked.Device, picked.Run.State));
        Assert.Equal((first.Id, "cpu:1"), await host.Queue.PickNextAsync("here", Cancellation) is { } next ? (next.Run.Id, next.Device) : default);
        Assert.Null(await host.Queue.PickNextAsync("here", Cancellation));
        await host.Store.TransitionAsync(urgent.Id, RunState.Stopped, "stopped by the user", cancellation: Cancellation);
        Assert.Equal((second.Id, "cpu:0"), await host.Queue.PickNextAsync("here", Cancellation) is { } last ? (last.Run.Id, last.Device) : default);
    }

    [Fact]
    public async Task PickNextAsync_GivesEachDeviceOnce_WhenManyAskAtOnce()
    {
        await using var host = await StoreHost.OpenAsync();
        await host.Queue.RegisterDevicesAsync("here", [new("cpu:0", "cpu"), new("cpu:1", "cpu"), new("cpu:2", "cpu")], Cancellation);
        for (var i = 0; i < 8; i++) await host.CreateAsync($"run {i}");
        var picked = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => host.Queue.PickNextAsync("here", Cancellation))));
        var given = picked.OfType<PickedRun>().ToList();
        Assert.Equal(["cpu:0", "cpu:1", "cpu:2"], given.Select(pick => pick.Device).Order());
        Assert.Equal(3, given.Select(pick => pick.Run.Id).Distinct().Count());
    }

    [Fact]
    public async Task WaitReasonsAsync_SaysWhoHoldsTheDeviceAndHowLong()
    {
        await using var host = await StoreHost.OpenAsync();
        var running = await host.CreateRunningAsync();
        var next = await host.CreateAsync("next");
        var after = await host.CreateAsync("after");
        var gpu = await host.CreateAsync("gpu", "cuda");
        Assert.Equal($"waits for cpu:0, held by run {running.Id}", (await host.Queue.WaitReasonsAsync(Cancellation))[next.Id]);
        await host.Ingest.ApplyAsync(running.Id, [new StartedEvent { Seq = 1, Time = host.Clock.GetUtcNow().ToUnixTimeMilliseconds(), TotalSteps = 300 }], 10, Cancellation);
        host.Clock.Advance(TimeSpan.FromMinutes(2));
        await host.Ingest.ApplyAsync(running.Id, [new EndedEvent { Seq = 2, Step = 100 }], 20, Cancellation);
        var reasons = await host.Queue.WaitReasonsAsync(Cancellation);
        Assert.Equal($"waits for cpu:0, held by run {running.Id}, about 4 min", reasons[next.Id]);
        Assert.Equal($"waits for cpu:0, held by run {running.Id}, about 4 min; 1 run ahead", reasons[after.Id]);
        Assert.Equal("waits for a cuda device: this studio has none", reasons[gpu.Id]);
    }

    [Fact]
    public async Task ReorderAsync_PermutesThePlaces_PrioritiesIncluded()
    {
        await using var host = await StoreHost.OpenAsync();
        long[] ids = [(await host.CreateAsync()).Id, (await host.CreateAsync()).Id, (await host.CreateAsync()).Id];
        await host.Queue.SetPriorityAsync(ids[0], 1, Cancellation);
        await host.Queue.ReorderAsync([ids[2], ids[0]], Cancellation);
        Assert.Equal([ids[2], ids[1], ids[0]], (await host.Queue.QueuedAsync(Cancellation)).Select(run => run.Id));
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => host.Queue.ReorderAsync([ids[0], 99], Cancellation));
        Assert.Contains("Run 99", refused.Message);
        await Assert.ThrowsAsync<InvalidInputException>(() => host.Queue.ReorderAsync([ids[0], ids[0]], Cancellation));
    }

    [Fact]
    public async Task RegisterDevicesAsync_ForgetsADevice_OnlyOnceNoRunHoldsIt()
    {
        await using var host = await StoreHost.OpenAsync();
        var run = await host.CreateRunningAsync();
        await host.Queue.RegisterDevicesAsync("here", [new("cpu:1", "cpu")], Cancellation);
        Assert.Equal(["cpu:0", "cpu:1"], (await host.Queue.DevicesAsync(Cancellation)).Select(lease => lease.Device));
        await host.Store.TransitionAsync(run.Id, RunState.Finished, "done", cancellation: Cancellation);
        await host.Queue.RegisterDevicesAsync("here", [new("cpu:1", "cpu")], Cancellation);
        Assert.Equal(["cpu:1"], (await host.Queue.DevicesAsync(Cancellation)).Select(lease => lease.Device));
    }

    [Fact]
    public async Task SurveyAsync_TellsWaitingFromActive_AndMendsStrayLeases()
    {
        await using var host = await StoreHost.OpenAsync();
        var running = await host.CreateRunningAsync();
        var waiting = await host.CreateAsync("waiting");
        var survey = await host.Get<Reconciler>().SurveyAsync(Cancellation);
        Assert.Equal([waiting.Id], survey.Queued.Select(run => run.Id));
        Assert.Equal([running.Id], survey.Active.Select(run => run.Id));
        Assert.Equal(0, await host.Get<Reconciler>().MendLeasesAsync(Cancellation));
        await using (var context = host.Context())
        {
            context.Attach(running).Entity.State = RunState.Failed;
            await context.SaveChangesAsync(Cancellation);
        }
        Assert.Equal(1, await host.Get<Reconciler>().MendLeasesAsync(Cancellation));
        Assert.Equal(waiting.Id, (await host.Queue.PickNextAsync("here", Cancellation))!.Run.Id);
    }
}
