using MtlStudio.Core;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Testing;

namespace MtlStudio.Web.Tests.Supervision;

/// <summary>
/// kill -9 at seeded moments: of the trainer, of the studio, of both. Afterwards every event is in the store once, no run is
/// stuck, and curves, scores and samples are those of runs that nobody disturbed, to the last bit.
/// </summary>
[Trait("Category", "Slow")]
public sealed class KillTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>MTL_KILL_MOMENTS in the environment asks for more moments, for a soak: a third of them for each victim of the fake trainers.</summary>
    private static readonly int? Asked = int.TryParse(Environment.GetEnvironmentVariable("MTL_KILL_MOMENTS"), out var asked) ? asked : null;

    [Fact]
    public async Task NothingIsLostOrDoubled_WhenFakeTrainersAreKilledAtThirtyMoments()
    {
        var moments = (Asked ?? 30) / 3;
        var began = TimeProvider.System.GetTimestamp();
        var events = await Task.WhenAll(
            KillAsync(TestStudio.Rig, Fakes(11, moments), ["trainer"], moments, seed: 11),
            KillAsync(TestStudio.Rig, Fakes(12, moments), ["studio"], moments, seed: 12),
            KillAsync(TestStudio.Rig, Fakes(13, moments), ["both"], moments, seed: 13));
        TestContext.Current.SendDiagnosticMessage($"{3 * moments} moments, {events.Sum():#,0} events, {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s: none lost, none doubled");
    }

    [Fact]
    public async Task NothingIsLostOrDoubled_WhenRealTrainersAreKilled()
    {
        var model = SharedFolder.Need("data/pretrained/stories260K");
        var moments = Asked ?? 6;
        await KillAsync(StudioProcess.Mtl, [RealSpecs.Make(model, Math.Max(40, 4 * moments))], ["trainer", "studio", "both"], moments, seed: 14);
    }

    /// <param name="victims">What is killed: at each moment the next of these.</param>
    /// <returns>How many events the runs left.</returns>
    private static async Task<long> KillAsync(string trainer, IReadOnlyList<RunSpec> specs, string[] victims, int moments, int seed)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("signals and /proc are needed");
        using var folder = new TemporaryFolder();
        List<long> ids = [];
        await using (var store = await BareStore.OpenAsync(folder.Root))
            foreach (var spec in specs) ids.Add((await store.Store.CreateAsync(spec, cancellation: Token)).Id);

        var random = new KeyedRandom(seed, "moments");
        var (steps, dead, deadTried) = (specs[0].Training.Steps, 0, 0);
        using var studio = new StudioProcess(folder.Root, trainer, "--slots=2", "--DeathsBeforeFailure=1000", "--LivenessInterval=00:00:00.05");
        for (var moment = 0; moment < moments; moment++)
        {
            // One in each equal part of the run, at some instant of some step.
            var step = moment * steps / moments + 1 + random.NextInt(steps / moments);
            var target = ids[random.NextInt(Math.Max(1, ids.Count - 1))];
            var (victim, delay, group, away) = (victims[moment % victims.Length], random.NextInt(30), random.NextInt(4) == 0, random.NextInt(200));
            await studio.UntilAsync(target, step, Token);
            if (victim is not "studio") await studio.UntilTrainsAsync(target, Token);
            await Task.Delay(delay, Token);
            if (victim is "studio" or "both") studio.Kill();
            if (victim is "trainer" or "both")
            {
                deadTried++;
                if (StudioProcess.TryKillTrainer(studio.Data.Run(target), group)) dead++;
            }
            if (victim is "trainer") continue;
            await Task.Delay(away, Token);
            studio.Start();
        }
        await studio.UntilAllEndedAsync(ids, Token);
        await studio.EndAsync(Token);

        // A moment may fall between two attempts; most do not.
        Assert.InRange(dead, deadTried / 2, deadTried);
        await using var left = await BareStore.OpenAsync(folder.Root);
        var attempts = 0;
        for (var i = 0; i < ids.Count; i++)
        {
            using var quiet = new TemporaryFolder();
            await StudioProcess.TrainAsync(trainer, new RunFolder(quiet.Root), specs[i], Token);
            attempts += await StoredRun.HoldAgainstAsync(left, studio.Data.Run(ids[i]), ids[i], new RunFolder(quiet.Root));
        }
        // One more for each death, but for those that came before the attempt's first words (on a busy machine most do); killing the studio alone costs none.
        Assert.InRange(attempts, ids.Count + Math.Min(dead, 1), ids.Count + dead);
        Assert.All(await left.Get<RunQueue>().DevicesAsync(Token), lease => Assert.Null(lease.RunId));
        return ids.Sum(id => EventLogScan.Of(studio.Data.Run(id).Events).LastSeq);
    }

    private static IReadOnlyList<RunSpec> Fakes(int seed, int moments) =>
        [.. Enumerable.Range(0, 3).Select(i => FakeSpecs.Make(steps: 30 * moments, checkpointEvery: 10, seed: seed + i, "stepMs=4"))];
}
