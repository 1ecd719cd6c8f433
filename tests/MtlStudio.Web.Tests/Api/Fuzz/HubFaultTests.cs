using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Core;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Live;

namespace MtlStudio.Web.Tests.Api.Fuzz;

/// <summary>Calls of the hub that make no sense, come all at once or are cut off: each is answered or refused, and the hub serves whoever comes next.</summary>
public sealed class HubFaultTests(RunningStudio running) : IClassFixture<RunningStudio>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DamagedCalls_AreRefusedInWords_AndTheConnectionStays()
    {
        var id = await FinishedAsync();
        await using var hub = await ConnectAsync();
        object?[] values = [null, -1L, 0L, id, long.MaxValue, long.MinValue, 1.5, "", "x", "../..", true, new object(), Array.Empty<object>(), new string('y', 10_000)];
        string[] methods = ["Follow", "FollowChanges", "follow", "OnConnectedAsync", "Dispose", " ", "NoSuchMethod", "Clients"];
        for (var i = 0; i < 120; i++)
        {
            var random = new KeyedRandom(1, "fuzz/hub", i);
            var method = methods[random.NextInt(methods.Length)];
            var arguments = Enumerable.Range(0, random.NextInt(4)).Select(_ => values[random.NextInt(values.Length)]).ToArray();
            using var cut = CancellationTokenSource.CreateLinkedTokenSource(Token);
            cut.CancelAfter(TimeSpan.FromSeconds(10));
            try
            {
                if (random.NextInt(4) == 0) await hub.InvokeCoreAsync(method, arguments, cut.Token);
                else
                    await foreach (var item in hub.StreamAsyncCore<TelemetryItem>(method, arguments, cut.Token))
                        if (item is not null) break;
            }
            catch (HubException refused)
            {
                Assert.NotEmpty(refused.Message);
                Assert.DoesNotContain(" at MtlStudio.", refused.Message);
            }
            Assert.False(cut.IsCancellationRequested, $"call {i}, {method}, hangs");
            Assert.Equal(HubConnectionState.Connected, hub.State);
        }
        await AssertServesAsync(hub, id);
    }

    [Fact]
    public async Task OversizedCall_EndsItsConnection_AndNoOther()
    {
        var id = await FinishedAsync();
        await using var other = await ConnectAsync();
        await using (var hub = await ConnectAsync())
            await Assert.ThrowsAnyAsync<Exception>(() => hub.InvokeCoreAsync("Follow", [new string('z', 1 << 20), 0L], Token));
        await AssertServesAsync(other, id);
    }

    [Fact]
    public async Task ManyStreamsAtOnce_GiveEachEveryEvent_WhileOthersAreCutOff()
    {
        var id = await running.LaunchAsync(running.Spec(200, "stepMs=2"));
        await using var hub = await ConnectAsync();
        var whole = Enumerable.Range(0, 20).Select(_ => SeqsAsync(hub, id)).ToList();
        for (var i = 0; i < 40; i++)
        {
            // Opened and left, out of order, with others' streams between them.
            using var cut = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var reading = SeqsAsync(hub, id, cut.Token);
            await Task.Delay(i % 7, Token);
            await cut.CancelAsync();
            await Task.WhenAny(reading);
        }
        await running.UntilAsync(id, "finished");
        var seqs = await Task.WhenAll(whole);
        Assert.All(seqs, one => Assert.Equal(Enumerable.Range(1, one.Count).Select(seq => (long)seq), one));
        Assert.Single(seqs.Select(one => one.Count).Distinct());
    }

    private async Task<long> FinishedAsync()
    {
        var id = await running.LaunchAsync(running.Spec(5, "stepMs=1"));
        await running.UntilAsync(id, "finished");
        return id;
    }

    private static async Task AssertServesAsync(HubConnection hub, long id) => Assert.NotEmpty(await SeqsAsync(hub, id));

    /// <summary>The numbers of a run's events, to the last one.</summary>
    private static async Task<List<long>> SeqsAsync(HubConnection hub, long id, CancellationToken? cut = null)
    {
        var seqs = new List<long>();
        await foreach (var item in hub.StreamAsync<TelemetryItem>("Follow", id, -1L, cut ?? Token))
        {
            seqs.AddRange((item.Events ?? []).Select(one => one.Seq));
            if (item.Events?.Any(one => one is EndedEvent) == true) break;
        }
        return seqs;
    }

    private async Task<HubConnection> ConnectAsync()
    {
        var hub = new HubConnectionBuilder().WithUrl(new Uri(running.Studio.Client.BaseAddress!, TelemetryHub.Path))
            .AddJsonProtocol(json => WireJson.Configure(json.PayloadSerializerOptions)).Build();
        await hub.StartAsync(Token);
        return hub;
    }
}
