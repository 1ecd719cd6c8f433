using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace MtlStudio.Core.Datasets.Detection;

/// <summary>What the values of a column are like, counted row by row in bounded memory.</summary>
internal sealed class ColumnProfile(string name)
{
    private const int LongestKept = 100;
    private static readonly SearchValues<char> GroupCharacters = SearchValues.Create("0123456789, ");

    // Longer values are kept as their beginning, told apart by a hash of the whole.
    private readonly Dictionary<(string Text, UInt128 Hash), int> values = [];
    private readonly LengthHistogram lengths = new();
    private string? prefix;
    private long rowsAtCap;

    public string Name { get; } = name;
    public long Rows { get; private set; }
    public long Empty { get; private set; }
    public long Filled => Rows - Empty;
    public long Integers { get; private set; }
    public long Numbers { get; private set; }
    public long Booleans { get; private set; }
    public long Lists { get; private set; }
    /// <summary>Lists whose first item is a record.</summary>
    public long RecordLists { get; private set; }
    /// <summary>Lists whose first item is a string, and empty lists.</summary>
    public long StringLists { get; private set; }
    public long WithSpace { get; private set; }
    public long WithDigit { get; private set; }
    /// <summary>Numbers and ids separated by commas: "3,17".</summary>
    public long NumberGroups { get; private set; }
    public double Least { get; private set; } = double.PositiveInfinity;
    public double Greatest { get; private set; } = double.NegativeInfinity;
    public bool DistinctCapped { get; private set; }
    public int Distinct => values.Count;
    /// <summary>Different values a row, while they were told apart.</summary>
    public double DistinctShare => Filled == 0 ? 0 : (double)Distinct / (DistinctCapped ? rowsAtCap : Filled);
    public double MeanLength => lengths.Mean;
    public int MaxLength => lengths.Max;
    /// <summary>Characters that all values begin with.</summary>
    public int CommonPrefix => prefix?.Length ?? 0;

    public int Length(double quantile) => lengths.Quantile(quantile);

    /// <summary>The values that were told apart, the most frequent first.</summary>
    public IEnumerable<ValueCount> Frequent() => values
        .OrderByDescending(value => value.Value).ThenBy(value => value.Key.Text, StringComparer.Ordinal)
        .Select(value => new ValueCount(value.Key.Text, value.Value));

    /// <summary>All values are short enough to have been kept whole.</summary>
    public bool AreShort => values.Keys.All(value => value.Hash == 0);

    public void Add(Cell cell)
    {
        Rows++;
        if (cell.Text is not { } text || string.IsNullOrWhiteSpace(text))
        {
            Empty++;
            return;
        }
        lengths.Add(text.Length);
        if (cell.IsList) AddList(text);
        else if (cell.IsJson && text is "true" or "false") Booleans++;
        else AddText(text);
        Count(text);
    }

    /// <summary>Rows that came before the column did.</summary>
    public void AddAbsent(long rows)
    {
        Rows += rows;
        Empty += rows;
    }

    private void AddText(string text)
    {
        var value = text.AsSpan().Trim();
        if (value.Length <= 30 && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            if (value.IndexOfAny('.', 'e', 'E') < 0) Integers++;
            else Numbers++;
            (Least, Greatest) = (Math.Min(Least, number), Math.Max(Greatest, number));
        }
        else if (value.Length <= 100 && value.Contains(',') && !value.ContainsAnyExcept(GroupCharacters))
        {
            NumberGroups++;
        }
        if (value.IndexOfAny(' ', '\n', '\t') >= 0) WithSpace++;
        if (value.IndexOfAnyInRange('0', '9') >= 0) WithDigit++;
        prefix = prefix is null ? text : text.AsSpan().CommonPrefixLength(prefix) is var common && common < prefix.Length ? prefix[..common] : prefix;
    }

    private void AddList(string text)
    {
        Lists++;
        var inner = text.AsSpan(1).TrimStart();
        if (inner is ['{', ..]) RecordLists++;
        else if (inner is ['"' or ']', ..]) StringLists++;
    }

    private void Count(string text)
    {
        var key = text.Length <= LongestKept ? (text, UInt128.Zero)
            : (text[..LongestKept] + "…", BitConverter.ToUInt128(SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan()))));
        if (values.Count < DetectionLimits.Distinct)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(values, key, out _)++;
            return;
        }
        ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(values, key);
        if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref count)) count++;
        else if (!DistinctCapped) (DistinctCapped, rowsAtCap) = (true, Filled - 1);
    }

    /// <summary>The strings of a JSON list, its other items by their JSON text.</summary>
    public static IReadOnlyList<string> Items(Cell cell)
    {
        if (!cell.IsList) return [cell.ToString()];
        using var list = JsonDocument.Parse(cell.Text!);
        return [.. list.RootElement.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : item.GetRawText())];
    }
}
