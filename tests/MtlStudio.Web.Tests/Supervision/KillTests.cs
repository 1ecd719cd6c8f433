using MtlStudio.Core;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Testing;

namespace MtlStudio.Web.Tests.Supervision;

/// <summary>
/// kill -9 at thirty seeded moments: of the trainer, of the studio, of both. Afterwards every event is in the store once, no
/// run is stuck, and the loss curves are those of runs that nobody disturbed, to the last bit.
/// </summary>
[Trait("Category", "Slow")]
public sealed class KillTests
{
    private const int Steps = 300, Moments = 10;
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NothingIsLostOrDoubled_WhenTrainerStudioOrBothAreKilled()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("signals and /proc are needed");
        await Task.WhenAll(KillAsync("trainer", 11), KillAsync("studio", 12), KillAsync("both", 13));
    }

    private static async Task KillAsync(string victims, int seed)
    {
        using var folder = new TemporaryFolder();
        List<long> ids = [];
        await using (var store = await BareStore.OpenAsync(folder.Root))
            for (var i = 0; i < 3; i++)
                ids.Add((await store.Store.CreateAsync(FakeSpecs.Make(Steps, checkpointEvery: 10, seed: seed + i, "stepMs=4"), cancellation: Token)).Id);

        var random = new KeyedRandom(seed, "moments");
        using var studio = new StudioProcess(folder.Root, "--slots=2", "--DeathsBeforeFailure=1000", "--LivenessInterval=00:00:00.05");
        var dead = 0;
        foreach (var step in ThresholdsOf(ref random))
        {
            var target = ids[random.NextInt(ids.Count - 1)];
            var (delay, group) = (random.NextInt(30), random.NextInt(4) == 0);
            await studio.UntilAsync(target, step, Token);
            await Task.Delay(delay, Token);
            if (victims is "studio" or "both") studio.Kill();
            if (victims is not "studio" && StudioProcess.TryKillTrainer(studio.Data.Run(target), group)) dead++;
            if (victims is "studio" or "both")
            {
                await Task.Delay(random.NextInt(200), Token);
                studio.Start();
            }
        }
        await studio.UntilAllEndedAsync(ids, Token);
        await studio.EndAsync(Token);

        // A moment may fall between two attempts; most do not.
        if (victims is not "studio") Assert.InRange(dead, Moments / 2, Moments);
        await using var left = await BareStore.OpenAsync(folder.Root);
        foreach (var (id, i) in ids.Select((id, i) => (id, i))) await StoredRun.HoldAgainstAsync(left, studio.Data.Run(id), id, await UndisturbedAsync(seed + i));
        var attempts = 0;
        foreach (var id in ids) attempts += (await left.Store.GetAsync(id, Token)).Attempt;
        Assert.Equal(ids.Count + dead, attempts);
        Assert.All(await left.Get<RunQueue>().DevicesAsync(Token), lease => Assert.Null(lease.RunId));
    }

    /// <summary>Steps at which something is killed; in every tenth of a run one.</summary>
    private static int[] ThresholdsOf(ref KeyedRandom random)
    {
        var steps = new int[Moments];
        for (var i = 0; i < Moments; i++) steps[i] = i * Steps / Moments + 1 + random.NextInt(Steps / Moments);
        return steps;
    }

    private static async Task<IReadOnlyList<PointsEvent>> UndisturbedAsync(long seed)
    {
        using var folder = new TemporaryFolder();
        var run = new RunFolder(folder.Root);
        await StudioProcess.TrainAsync(run, FakeSpecs.Make(Steps, checkpointEvery: 10, seed, "stepMs=0"), Token);
        return [.. StoredRun.EventsOf(run).OfType<PointsEvent>()];
    }
}
