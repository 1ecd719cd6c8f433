using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Live;

namespace MtlStudio.Web.Tests.Api;

public sealed class TelemetryHubTests(RunningStudio running) : IClassFixture<RunningStudio>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Follow_GivesEveryEventOnce_ToEarlyAndLateJoiners(bool messagePack)
    {
        var id = await running.LaunchAsync(running.Spec(300, "stepMs=2"));
        await using var hub = await ConnectAsync(messagePack);
        var early = ReadAsync(hub, id, -1);
        // On a busy machine the run may have ended before it is seen to train: a late joiner must get the same then.
        await running.UntilAsync(id, "running", "finished");
        await Task.Delay(200, Token);
        var late = await ReadAsync(hub, id, -1);
        var written = File.ReadAllLines(new Core.IO.DataFolder(running.Studio.DataFolder).Run(id).Events).Length;
        Assert.Equal(Enumerable.Range(1, written).Select(seq => (long)seq), late.Events.Select(one => one.Seq));
        Assert.Equal(late.Events.Select(one => one.Seq), (await early).Events.Select(one => one.Seq));
        Assert.Equal(RunState.Finished, late.States[^1]);
        Assert.Equal(300, late.Events.OfType<PointsEvent>().Count());
        Assert.Contains(late.Events, one => one is SampleEvent { Output.Length: > 0 });
    }

    [Fact]
    public async Task Follow_GoesOn_WhereAReconnectingReaderStopped()
    {
        var id = await running.LaunchAsync(running.Spec(300, "stepMs=2"));
        var seen = new List<long>();
        await using (var first = await ConnectAsync(messagePack: false))
        {
            await foreach (var item in first.StreamAsync<TelemetryItem>("Follow", id, -1L, Token))
            {
                seen.AddRange((item.Events ?? []).Select(one => one.Seq));
                if (seen.Count > 50) break;
            }
        }
        await using var second = await ConnectAsync(messagePack: true);
        seen.AddRange((await ReadAsync(second, id, seen[^1])).Events.Select(one => one.Seq));
        Assert.Equal(Enumerable.Range(1, seen.Count).Select(seq => (long)seq), seen);
    }

    [Fact]
    public async Task Follow_IsRefused_WhenThereIsNoSuchRunOrEvent()
    {
        await using var hub = await ConnectAsync(messagePack: false);
        Assert.Contains("There is no run 99999", (await RefusedAsync(hub, 99999, -1)).Message);
        var id = await running.LaunchAsync(running.Spec(5, "stepMs=1"));
        await running.UntilAsync(id, "finished");
        Assert.Contains($"Run {id} has no event 5000", (await RefusedAsync(hub, id, 5000)).Message);
    }

    [Fact]
    public async Task FollowChanges_TellsOfEveryRun()
    {
        await using var hub = await ConnectAsync(messagePack: true);
        var items = hub.StreamAsync<TelemetryItem>("FollowChanges", Token).GetAsyncEnumerator(Token);
        Assert.True(await items.MoveNextAsync());
        Assert.Equal("begun", items.Current.Kind);
        var id = await running.LaunchAsync(running.Spec(5, "stepMs=1"));
        var states = new List<RunState>();
        while (states.LastOrDefault() != RunState.Finished && await items.MoveNextAsync())
        {
            Assert.Null(items.Current.Events);
            if (items.Current.RunId == id) states.Add(items.Current.State!.Value);
        }
        Assert.Equal([RunState.Queued, RunState.Starting, RunState.Running, RunState.Finished], states.Distinct());
    }

    private async Task<HubConnection> ConnectAsync(bool messagePack)
    {
        var builder = new HubConnectionBuilder().WithUrl(new Uri(running.Studio.Client.BaseAddress!, TelemetryHub.Path));
        if (messagePack) builder.AddMessagePackProtocol(pack => pack.SerializerOptions = TelemetryMessagePack.Options);
        else builder.AddJsonProtocol(json => WireJson.Configure(json.PayloadSerializerOptions));
        var hub = builder.Build();
        await hub.StartAsync(Token);
        return hub;
    }

    /// <summary>Follows until the run has ended and its last event is there.</summary>
    private static async Task<(List<RunEvent> Events, List<RunState> States)> ReadAsync(HubConnection hub, long id, long after)
    {
        var (events, states) = (new List<RunEvent>(), new List<RunState>());
        await foreach (var item in hub.StreamAsync<TelemetryItem>("Follow", id, after, Token))
        {
            if (item.Kind == "events") events.AddRange(item.Events!);
            if (item.Kind == "change") states.Add(item.State!.Value);
            if (events.Any(one => one is EndedEvent) && states.Count > 0 && RunTransitions.IsEnded(states[^1])) break;
        }
        return (events, states);
    }

    private static async Task<Exception> RefusedAsync(HubConnection hub, long id, long after) => await Assert.ThrowsAnyAsync<HubException>(async () =>
    {
        await foreach (var _ in hub.StreamAsync<TelemetryItem>("Follow", id, after, Token)) Assert.Fail("Something was sent");
    });
}
