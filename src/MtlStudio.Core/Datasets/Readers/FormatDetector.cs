using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets;

/// <summary>
/// Finds how files are to be read: format, encoding, delimiter, header, quoting, each with its reason. Files that are
/// imported together are judged together, since one of them may lack what another shows (a quote, a repeated label).
/// What <see cref="ReadOptions"/> says is taken as said.
/// </summary>
public static class FormatDetector
{
    /// <summary>Characters of a file's beginning that format, delimiter and header are judged by.</summary>
    private const int SampleLength = 1 << 18;

    /// <exception cref="InvalidInputException">The file is absent, empty, packed, or nothing that can be read.</exception>
    public static FileFormat Detect(string path, ReadOptions? options = null) => DetectAll([(path, Path.GetFileName(path))], options)[0];

    /// <param name="files">Paths, and the names that users know them by.</param>
    /// <param name="options">Hold for all files.</param>
    /// <returns>One format a file, in their order.</returns>
    /// <exception cref="InvalidInputException">As for one file, with the faults of all.</exception>
    public static IReadOnlyList<FileFormat> DetectAll(IReadOnlyList<(string Path, string Name)> files, ReadOptions? options = null)
    {
        options ??= new ReadOptions();
        if (options.Encoding is { } encoding && !TextEncodings.Names.Contains(encoding))
            throw new InvalidInputException("encoding", $"\"{encoding}\" is not read: give one of {string.Join(", ", TextEncodings.Names)}");
        var faults = new DataFaults();
        var heads = files.Select(file => FileHead.Read(file.Path, file.Name, options, faults)).ToList();
        faults.ThrowIfAny();
        var formats = heads.Select(head => FormatGuess.Decide(head!, options, faults)).ToList();
        faults.ThrowIfAny();
        foreach (var kind in new[] { DataFormat.Csv, DataFormat.Tsv })
        {
            var places = Enumerable.Range(0, files.Count).Where(i => formats[i]!.Format == kind).ToList();
            if (places.Count == 0) continue;
            var alike = DelimitedGuess.Decide(
                [.. places.Select(i => (Head: heads[i]!, Format: formats[i]!))], options);
            for (var i = 0; i < places.Count; i++) formats[places[i]] = alike[i];
        }
        return [.. formats.Select(format => format! with { ColumnNames = options.ColumnNames, TextUnit = options.TextUnit ?? TextUnit.Line })];
    }

    /// <summary>The beginning of a file.</summary>
    /// <param name="Text">Decoded leniently, ends with a whole line where there is more.</param>
    /// <param name="IsWhole">The file has no more than <paramref name="Text"/>.</param>
    internal sealed record FileHead(string Path, string Name, byte[] Magic, string Encoding, string EncodingReason, string Text, bool IsWhole)
    {
        public static FileHead? Read(string path, string name, ReadOptions options, DataFaults faults)
        {
            if (!File.Exists(path))
            {
                faults.Add(name, null, Directory.Exists(path) ? "it is a folder: give files" : $"there is no such file (looked for {System.IO.Path.GetFullPath(path)})");
                return null;
            }
            using var stream = Open(path, name, faults);
            if (stream is null) return null;
            var bytes = new byte[Math.Min(SampleLength, stream.Length)];
            var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (count == 0)
            {
                faults.Add(name, null, "it is empty: give a file with at least one row");
                return null;
            }
            var guess = TextEncodings.Guess(bytes.AsSpan(0, Math.Min(count, 4096)));
            var (encoding, reason) = options.Encoding is { } given ? (given, $"{given}, as given") : guess;
            if (encoding is null)
            {
                faults.Add(name, null, $"it is {reason}, which is not read: save it as UTF-8");
                return null;
            }
            var lenient = System.Text.Encoding.GetEncoding(TextEncodings.Get(encoding).CodePage == 1252 ? "latin1" : TextEncodings.Get(encoding).WebName);
            var text = lenient.GetString(bytes, 0, count).TrimStart('\uFEFF');
            var whole = stream.Length <= count;
            if (!whole && text.LastIndexOf('\n') is >= 0 and var last) text = text[..(last + 1)];
            return new FileHead(path, name, bytes[..Math.Min(4, count)], encoding, reason, text, whole);
        }

        private static FileStream? Open(string path, string name, DataFaults faults)
        {
            try
            {
                return File.OpenRead(path);
            }
            catch (Exception error) when (error is UnauthorizedAccessException or IOException)
            {
                faults.Add(name, null, $"it cannot be opened ({error.Message}): see to its permissions, and that no program holds it");
                return null;
            }
        }
    }
}
