using System.Text.Json;
using MtlStudio.Core.IO;

namespace MtlStudio.Core.Runs;

/// <summary>The way into a trainer, <see cref="RunFolder.Control"/>: the supervisor writes it, the trainer asks at each step.</summary>
public sealed class ControlFile(string path)
{
    private (DateTime Written, long Length) seen;
    private RunCommand last = RunCommand.Run;

    public static void Write(string path, RunCommand command) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(new RunControl(command), WireJson.Compact));

    /// <summary>The command that stands; costs one stat where the file has not changed. A file that is not there, or not readable, says nothing new.</summary>
    public RunCommand Read()
    {
        var info = new FileInfo(path);
        if (!info.Exists) return last;
        var stamp = (info.LastWriteTimeUtc, info.Length);
        if (stamp == seen) return last;
        try
        {
            last = JsonSerializer.Deserialize<RunControl>(File.ReadAllText(path), WireJson.Compact)?.Command ?? last;
            seen = stamp;
        }
        catch (Exception e) when (e is IOException or JsonException) { /* the next step asks again */ }
        return last;
    }
}
