using System.Diagnostics;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using MtlStudio.Core;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.TestRig;
using MtlStudio.Testing;

namespace MtlStudio.Web.Tests.Supervision;

/// <summary>
/// The machine's power fails: of what was written and not flushed, any last part may be missing. Studio and trainers are stopped in
/// the middle of their work, the data folder is copied, and from the copy's log of the database and event files goes a part that
/// nobody had flushed. A studio on the copy brings every run to the end that undisturbed ones have.
/// </summary>
[Trait("Category", "Slow")]
public sealed class PowerCutTests
{
    private const int Steps = 160;
    private static readonly int Moments = int.TryParse(Environment.GetEnvironmentVariable("MTL_POWER_CUTS"), out var asked) ? asked : 3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryRun_ComesToTheSameEnd_WhenThePowerWasCutInTheMiddle()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("signals and /proc are needed");
        RunSpec[] specs = [FakeSpecs.Make(Steps, 10, seed: 21, "stepMs=12"), FakeSpecs.Make(Steps, 10, seed: 22, "stepMs=12")];
        using var folder = new TemporaryFolder();
        using var copies = new TemporaryFolder();
        var quiet = new List<RunFolder>();
        foreach (var spec in specs)
        {
            quiet.Add(new(copies[$"quiet-{spec.Seed}"]));
            Directory.CreateDirectory(quiet[^1].Root);
            await StudioProcess.TrainAsync(TestStudio.Rig, quiet[^1], spec, Token);
        }
        List<long> ids = [];
        await using (var store = await BareStore.OpenAsync(folder.Root))
            foreach (var spec in specs) ids.Add((await store.Store.CreateAsync(spec, cancellation: Token)).Id);

        var random = new KeyedRandom(15, "power");
        var (cutLogs, cutEvents) = (0L, 0L);
        using (var studio = new StudioProcess(folder.Root, TestStudio.Rig, "--slots=2"))
        {
            await studio.UntilAllRunAsync(ids, Token);
            var flushed = new FileInfo(studio.Data.Database + "-wal").Length; // the states are, and nothing else since but points
            for (var moment = 0; moment < Moments; moment++)
            {
                await studio.UntilAsync(ids[moment % 2], 5 + (Steps - 40) * moment / Moments + random.NextInt(Steps / Moments / 2), Token);
                await Task.Delay(random.NextInt(30), Token);
                studio.Frozen(() => Copy(folder.Root, copies[$"{moment}"]));
                var copy = new DataFolder(copies[$"{moment}"]);
                cutLogs += Cut(copy.Database + "-wal", flushed, ref random);
                foreach (var id in ids) cutEvents += Cut(copy.Run(id).Events, Math.Max(Ingested(copy, id), Checkpointed(copy.Run(id))), ref random);
            }
        }
        // The cuts are of substance, or nothing was tried.
        Assert.True(cutLogs > 0 && cutEvents > 0, $"{cutLogs} bytes of logs and {cutEvents} of events were cut");
        for (var moment = 0; moment < Moments; moment++)
        {
            using (var studio = new StudioProcess(copies[$"{moment}"], TestStudio.Rig, "--slots=2"))
            {
                await studio.UntilAllEndedAsync(ids, Token);
                await studio.EndAsync(Token);
            }
            await using var left = await BareStore.OpenAsync(copies[$"{moment}"]);
            for (var i = 0; i < ids.Count; i++) Assert.Equal(2, await StoredRun.HoldAgainstAsync(left, new DataFolder(copies[$"{moment}"]).Run(ids[i]), ids[i], quiet[i]));
        }
    }

    private static void Copy(string from, string to)
    {
        // A program that asks for no lock: ours would be refused, the folder is in use.
        using (var copy = Process.Start("cp", ["-r", from, to]))
        {
            copy.WaitForExit();
            Assert.Equal(0, copy.ExitCode);
        }
        // The log's shared memory is no file that survives, and after the power came back nobody of the last boot is there.
        foreach (var file in Directory.EnumerateFiles(to, "*", SearchOption.AllDirectories).ToList())
            if (file.EndsWith("-shm", StringComparison.Ordinal)) File.Delete(file);
            else if (Path.GetFileName(file) is "lock" or "wrapper" && File.ReadAllText(file) is { Length: > 0 } text)
                File.WriteAllText(file, JsonSerializer.Serialize(JsonSerializer.Deserialize<ProcessIdentity>(text, WireJson.Compact)! with { BootId = "another" }, WireJson.Compact));
    }

    /// <summary>Takes a last part away, of any length down to <paramref name="flushed"/>; gives how much.</summary>
    private static long Cut(string path, long flushed, ref KeyedRandom random)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        var length = file.Length;
        if (length <= flushed) return 0;
        file.SetLength(flushed + (long)(random.NextDouble() * (length - flushed)));
        return length - file.Length;
    }

    /// <summary>How far the event file was read, as the database says that the power left: it was flushed before those rows were written.</summary>
    private static long Ingested(DataFolder data, long id)
    {
        using var connection = new SqliteConnection($"Data Source={data.Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT ingest_offset FROM run WHERE id = {id}";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>The end of the newest checkpoint's event: it was flushed before the checkpoint appeared.</summary>
    private static long Checkpointed(RunFolder run)
    {
        if (FakeCheckpoint.Newest(run) is not { } newest) return 0;
        var end = 0L;
        foreach (var line in File.ReadLines(run.Events))
        {
            end += System.Text.Encoding.UTF8.GetByteCount(line) + 1;
            if (JsonElement.Parse(line).GetProperty("seq").GetInt64() == newest.Seq) return end;
        }
        throw new InvalidOperationException($"The event of the checkpoint at step {newest.Step} is not in {run.Events}");
    }
}
