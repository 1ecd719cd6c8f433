using System.Security.Cryptography;
using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Loop;

/// <summary>Checkpoint folders on the disk: each appears whole or not at all, and is looked through before it is trusted.</summary>
public static class CheckpointFiles
{
    /// <summary>Makes an empty folder beside the place of a checkpoint, under a name that no checkpoint has, for its files.</summary>
    public static string Begin(string folder)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(folder)!, $".{Path.GetFileName(folder)}.tmp");
        Abandon(temporary);
        Directory.CreateDirectory(temporary);
        return temporary;
    }

    /// <summary>Describes the files, each flushed already, and renames the folder of <see cref="Begin"/> into place.</summary>
    /// <param name="manifest">Everything but <see cref="CheckpointManifest.Files"/>.</param>
    /// <returns>Bytes of the folder.</returns>
    public static long Publish(string temporary, string folder, CheckpointManifest manifest)
    {
        var files = Directory.EnumerateFiles(temporary, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => Describe(temporary, path)).ToList();
        WriteManifest(temporary, manifest with { Files = files });
        AtomicFile.PublishFolder(temporary, folder);
        return files.Sum(file => file.Bytes);
    }

    /// <summary>Removes a folder of <see cref="Begin"/>.</summary>
    public static void Abandon(string temporary)
    {
        if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
    }

    public static void WriteManifest(string folder, CheckpointManifest manifest) =>
        AtomicFile.WriteText(Path.Combine(folder, CheckpointManifest.FileName), JsonSerializer.Serialize(manifest, WireJson.Indented));

    /// <summary>The manifest of a whole checkpoint; else null, and what is wrong with it.</summary>
    public static CheckpointManifest? Read(string folder, out string? fault)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<CheckpointManifest>(File.ReadAllText(Path.Combine(folder, CheckpointManifest.FileName)), WireJson.Indented)
                ?? throw new JsonException("it is empty");
            fault = manifest.Files.Select(file => FaultOf(folder, file)).FirstOrDefault(found => found is not null);
            return fault is null ? manifest : null;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            fault = $"{CheckpointManifest.FileName} cannot be read ({e.Message})";
            return null;
        }
    }

    /// <summary>The checkpoints of a run by falling step, whole or not.</summary>
    public static IReadOnlyList<(int Step, string Folder)> List(RunFolder run) =>
        !Directory.Exists(run.Checkpoints) ? []
            : [.. Directory.EnumerateDirectories(run.Checkpoints, "step-*")
                .Select(folder => (Step: int.TryParse(Path.GetFileName(folder)["step-".Length..], out var step) ? step : -1, folder))
                .Where(found => found.Step >= 0).OrderByDescending(found => found.Step)];

    /// <summary>Removes a checkpoint; one that is half removed bears no checkpoint's name.</summary>
    public static void Remove(string folder)
    {
        if (!Directory.Exists(folder)) return;
        var hidden = Path.Combine(Path.GetDirectoryName(folder)!, $".{Path.GetFileName(folder)}.removed");
        if (Directory.Exists(hidden)) Directory.Delete(hidden, recursive: true);
        Directory.Move(folder, hidden);
        Directory.Delete(hidden, recursive: true);
    }

    private static string? FaultOf(string folder, CheckpointFile file)
    {
        var path = Path.Combine(folder, file.Name);
        if (!File.Exists(path)) return $"{file.Name} is missing";
        var bytes = new FileInfo(path).Length;
        if (bytes != file.Bytes) return $"{file.Name} has {bytes:#,0} of {file.Bytes:#,0} bytes";
        return Describe(folder, path).Sha256 == file.Sha256 ? null : $"{file.Name} is not what was written (its SHA-256 differs)";
    }

    private static CheckpointFile Describe(string folder, string path)
    {
        using var stream = File.OpenRead(path);
        return new(Path.GetRelativePath(folder, path).Replace('\\', '/'), stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }
}
