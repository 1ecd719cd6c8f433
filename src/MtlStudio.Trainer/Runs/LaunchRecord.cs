using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Trainer.Runs;

/// <summary>What a run was started with beside its spec, so that a resume needs the folder only: <c>launch.json</c>.</summary>
/// <param name="Data">The data folder's absolute path, or null.</param>
/// <param name="Device">As <see cref="ComputeChoice.Device"/>.</param>
/// <param name="Threads">As <see cref="ComputeChoice.Threads"/>.</param>
public sealed record LaunchRecord(string? Data, string Device, int Threads)
{
    private static string PathIn(RunFolder folder) => Path.Combine(folder.Root, "launch.json");

    public void Write(RunFolder folder) => AtomicFile.WriteText(PathIn(folder), JsonSerializer.Serialize(this, WireJson.Indented));

    /// <summary>The record of a run, or null.</summary>
    public static LaunchRecord? Read(RunFolder folder)
    {
        try
        {
            return JsonSerializer.Deserialize<LaunchRecord>(File.ReadAllText(PathIn(folder)), WireJson.Indented);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }
}
