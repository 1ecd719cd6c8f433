using System.Buffers;
using System.Text;

namespace MtlStudio.Core.Datasets.Detection;

/// <summary>The encoding of text that is no UTF-8 and says nothing of itself.</summary>
/// <param name="Name">One of <see cref="TextEncodings.Names"/>.</param>
internal sealed record LegacyEncoding(string Name, DataFault Fault)
{
    // The bytes that Windows-1252 leaves undefined; Latin-1 has invisible control characters there.
    private static readonly SearchValues<byte> Undefined = SearchValues.Create(0x81, 0x8D, 0x8F, 0x90, 0x9D);

    /// <summary>The encoding to read the files with, where one of them holds bytes that no UTF-8 has; else null.</summary>
    public static LegacyEncoding? Of(IReadOnlyList<NamedFile> files, CancellationToken cancellation)
    {
        foreach (var file in files)
            if (File.Exists(file.File.Path) && Of(file, cancellation) is { } found) return found;
        return null;
    }

    private static LegacyEncoding? Of(NamedFile file, CancellationToken cancellation)
    {
        using var stream = File.OpenRead(file.File.Path);
        var buffer = new byte[1 << 16];
        var count = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        var head = buffer.AsSpan(0, count);
        if (head is [(byte)'P', (byte)'A', (byte)'R', (byte)'1', ..] or [0x1F, 0x8B, ..] or [0x50, 0x4B, 3, 4, ..] or [0x28, 0xB5, 0x2F, 0xFD, ..]
            || TextEncodings.Guess(head[..Math.Min(count, 4096)]).Name != TextEncodings.Utf8) return null;
        return Scan(file, stream, buffer, count, cancellation);
    }

    /// <summary>Counts characters of several bytes that are valid UTF-8 and bytes that are not. More of the former: it is
    /// UTF-8 with a damaged place, which an import names by its line.</summary>
    private static LegacyEncoding? Scan(NamedFile file, FileStream stream, byte[] buffer, int count, CancellationToken cancellation)
    {
        long lines = 0, total = 0, valid = 0, invalid = 0;
        (long Line, byte Value, string Around)? first = null;
        var undefined = false;
        var kept = 0;
        while (count > 0 && total < DetectionLimits.Bytes)
        {
            cancellation.ThrowIfCancellationRequested();
            var bytes = buffer.AsSpan(0, kept + count);
            undefined |= bytes.ContainsAny(Undefined);
            kept = 0;
            for (int at = 0, ascii; (ascii = bytes[at..].IndexOfAnyInRange((byte)0x80, (byte)0xFF)) >= 0;)
            {
                at += ascii;
                var status = Rune.DecodeFromUtf8(bytes[at..], out _, out var consumed);
                if (status == OperationStatus.NeedMoreData && stream.Position < stream.Length)
                {
                    kept = bytes.Length - at;
                    break;
                }
                if (status == OperationStatus.Done)
                {
                    valid++;
                }
                else
                {
                    invalid++;
                    first ??= (1 + lines + bytes[..at].Count((byte)'\n'), bytes[at], Around(bytes, at));
                }
                at += status == OperationStatus.Done ? consumed : 1;
            }
            lines += bytes[..^kept].Count((byte)'\n');
            total += count;
            bytes[^kept..].CopyTo(buffer);
            count = stream.Read(buffer, kept, buffer.Length - kept);
        }
        if (first is not { } found || valid > invalid) return null;
        return new(undefined ? "latin1" : "windows-1252", new(FaultSeverity.Warning, file.Name, found.Line,
            $"byte 0x{found.Value:X2} is not valid UTF-8, so the text is read as {(undefined ? "Latin-1" : "Windows-1252 (Latin-1 with typographic signs)")}, where it says \"{found.Around}\": if that looks wrong, save the file as UTF-8"));
    }

    private static string Around(ReadOnlySpan<byte> bytes, int at)
    {
        var from = Math.Max(0, at - 20);
        var text = Encoding.Latin1.GetString(bytes[from..Math.Min(bytes.Length, at + 20)]);
        var windows = CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetString(Encoding.Latin1.GetBytes(text));
        return string.Join(' ', windows.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries));
    }
}
