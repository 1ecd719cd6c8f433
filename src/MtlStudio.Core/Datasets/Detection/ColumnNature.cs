namespace MtlStudio.Core.Datasets.Detection;

/// <summary>What a column's values are, whatever its name.</summary>
internal enum ColumnNature { Empty, Constant, Id, Number, Category, Text, TextList, List, Records }

internal static class ColumnNatures
{
    private const int MostCategories = 500;
    private const int LongestCategory = 80;
    /// <summary>Characters that all values begin with where they are one formula with another number.</summary>
    private const int Formula = 12;

    private static ColumnNature Of(ColumnProfile column)
    {
        if (column.Filled == 0) return ColumnNature.Empty;
        if (column.Lists * 2 > column.Filled)
            return column.RecordLists > 0 ? ColumnNature.Records : column.StringLists * 2 > column.Lists ? ColumnNature.TextList : ColumnNature.List;
        if (column.Distinct == 1) return ColumnNature.Constant;
        var numbers = column.Integers + column.Numbers;
        if (numbers == column.Filled && numbers > 0)
            return column.Numbers == 0 && IsCategory(column, 100) ? ColumnNature.Category
                : column.Numbers == 0 && column.DistinctShare > 0.9 && column.Filled > 4 ? ColumnNature.Id : ColumnNature.Number;
        if (IsCategory(column, MostCategories)) return ColumnNature.Category;
        return column.DistinctShare > 0.9 && column.WithSpace == 0 && column.WithDigit * 2 > column.Filled && column.MeanLength <= 64
            ? ColumnNature.Id : ColumnNature.Text;
    }

    /// <summary>The nature of each column; a text that is one formula with another name or number in each row (an attribution) is
    /// no text to learn from where there is another.</summary>
    /// <param name="columns">Of one table.</param>
    /// <param name="areNamed">Columns with names of their own are no formulas: the names say what they are.</param>
    public static IReadOnlyList<ColumnNature> Of(IReadOnlyList<ColumnProfile> columns, bool areNamed)
    {
        var natures = columns.Select(Of).ToArray();
        if (areNamed) return natures;
        var formulas = Enumerable.Range(0, natures.Length).Where(i => natures[i] == ColumnNature.Text && IsFormula(columns[i])).ToList();
        if (natures.Count(nature => nature == ColumnNature.Text) > formulas.Count)
            foreach (var i in formulas) natures[i] = ColumnNature.Constant;
        return natures;
    }

    private static bool IsFormula(ColumnProfile column) => column.CommonPrefix >= Formula && column.CommonPrefix > 0.2 * column.MeanLength;

    /// <summary>Few values that come again and again.</summary>
    private static bool IsCategory(ColumnProfile column, int most) =>
        !column.DistinctCapped && column.Distinct >= 2 && column.Distinct <= most && column.AreShort && column.Length(0.95) <= LongestCategory
        && (column.Booleans == column.Filled || column.Filled >= column.Distinct * (column.Distinct <= 10 ? 2 : 4) || (column.Distinct == 2 && column.Filled >= 3));
}
