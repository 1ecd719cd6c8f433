using System.Text.Json;
using MtlStudio.Core.IO;

namespace MtlStudio.Core.Runs;

/// <summary>The shares that a run of group DRO found: its weights' mean over the steps.</summary>
/// <param name="Steps">Steps over which they were averaged.</param>
/// <param name="Shares">By task; sum 1.</param>
public sealed record FoundShares(int Steps, IReadOnlyDictionary<string, double> Shares)
{
    public void Write(RunFolder folder) => AtomicFile.WriteText(folder.Shares, JsonSerializer.Serialize(this, WireJson.Indented));

    /// <summary>Those of a run's folder; null where it has none, or half of them.</summary>
    public static FoundShares? Read(RunFolder folder)
    {
        try
        {
            return JsonSerializer.Deserialize<FoundShares>(File.ReadAllText(folder.Shares), WireJson.Indented);
        }
        catch (Exception fault) when (fault is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
