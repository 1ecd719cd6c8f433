using System.Text;

namespace MtlStudio.Web.Supervision;

/// <summary>The last words of a trainer.</summary>
internal static class LogTail
{
    private const int MaxBytes = 4_096, MaxLines = 20;

    /// <summary>The last lines of the log, none from before byte <paramref name="from"/>; "" where there is none.</summary>
    public static string Read(string path, long from)
    {
        if (!File.Exists(path)) return "";
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var start = Math.Max(from, stream.Length - MaxBytes);
        if (start >= stream.Length) return "";
        stream.Position = start;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        // Cut within a line, its rest says little.
        if (start > from) reader.ReadLine();
        return string.Join('\n', reader.ReadToEnd().TrimEnd().Split('\n').TakeLast(MaxLines)).Trim();
    }

    /// <summary>Where the next attempt's words will begin.</summary>
    public static long End(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;
}
