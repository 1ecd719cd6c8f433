using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.TestRig;

/// <summary>All that a fake trainer needs to go on: published as a folder, as a real one is.</summary>
public sealed record FakeCheckpoint(int Step, long Seq, double[] State)
{
    public void Publish(RunFolder run)
    {
        var final = run.Checkpoint(Step);
        if (Directory.Exists(final)) Directory.Delete(final, recursive: true);
        var temporary = final + ".tmp";
        Directory.CreateDirectory(temporary);
        AtomicFile.WriteText(Path.Combine(temporary, "state.json"), JsonSerializer.Serialize(this, WireJson.Compact));
        AtomicFile.PublishFolder(temporary, final);
    }

    public static FakeCheckpoint? Newest(RunFolder run)
    {
        if (!Directory.Exists(run.Checkpoints)) return null;
        var newest = Directory.GetDirectories(run.Checkpoints, "step-????????").Order(StringComparer.Ordinal).LastOrDefault();
        return newest is null ? null : JsonSerializer.Deserialize<FakeCheckpoint>(File.ReadAllText(Path.Combine(newest, "state.json")), WireJson.Compact);
    }
}
