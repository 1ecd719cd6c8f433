using System.Globalization;
using Microsoft.AspNetCore.Components;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Charts;

/// <summary>A matrix as colors: rows downwards, NaN left blank. Diverging about zero where <see cref="Symmetric"/>, else Cividis.</summary>
public sealed partial class HeatMap : ComponentBase
{
    private IReadOnlyList<string> _stops = ChartPalette.Sequential;
    private HeatColors _colors = new(ChartPalette.Sequential, 0, 1);
    private (ThemeState, double[,], IReadOnlyList<string>, IReadOnlyList<string>, bool)? _drawn;
    private double _low, _high;
    private bool _any, _upright, _fresh = true;

    [CascadingParameter] public required ThemeState Theme { get; set; }

    [Parameter, EditorRequired] public IReadOnlyList<string> X { get; set; } = [];
    [Parameter, EditorRequired] public IReadOnlyList<string> Y { get; set; } = [];
    /// <summary>(rows, columns); a new matrix redraws.</summary>
    [Parameter, EditorRequired] public double[,] Z { get; set; } = new double[0, 0];
    [Parameter] public string XTitle { get; set; } = "";
    [Parameter] public string ColorTitle { get; set; } = "";
    /// <summary>Colors are blue, the surface's grey at zero, orange; the scale reaches as far on either side.</summary>
    [Parameter] public bool Symmetric { get; set; }
    /// <summary>Orange below zero and blue above, where what is below is to be seen first.</summary>
    [Parameter] public bool Reversed { get; set; }
    /// <summary>The largest size of a value that the colors tell apart; null: the data's own.</summary>
    [Parameter] public double? Limit { get; set; }
    /// <summary>Writes the values into the cells.</summary>
    [Parameter] public bool Numbers { get; set; }
    /// <summary>Of the whole map at most, in pixels; it scrolls beyond.</summary>
    [Parameter] public int Height { get; set; } = 320;
    /// <summary>What the map shows, in words, for those who do not see it.</summary>
    [Parameter] public string Summary { get; set; } = "";
    /// <summary>What a blank cell means, as "unclear".</summary>
    [Parameter] public string Blank { get; set; } = "no value";
    /// <summary>A color before each row's name, as a task's; null: none.</summary>
    [Parameter] public IReadOnlyList<string>? Swatches { get; set; }
    /// <summary>What a cell says of itself on hover; null: its row, its column and its value.</summary>
    [Parameter] public Func<int, int, string>? CellTitle { get; set; }
    /// <summary>A press on a cell: its row and column.</summary>
    [Parameter] public EventCallback<(int Row, int Column)> OnCell { get; set; }

    protected override void OnParametersSet()
    {
        var look = (Theme, Z, X, Y, Numbers);
        if (_drawn is { } drawn && drawn.Item1 == Theme && ReferenceEquals(drawn.Item2, Z) && ReferenceEquals(drawn.Item3, X) && ReferenceEquals(drawn.Item4, Y) && drawn.Item5 == Numbers) return;
        (_drawn, _fresh) = (look, true);
        double[] finite = [.. Z.Cast<double>().Where(double.IsFinite)];
        _any = finite.Length > 0;
        if (Symmetric)
        {
            var limit = Limit ?? Math.Max(1e-9, finite.Select(Math.Abs).DefaultIfEmpty(1).Max());
            (_low, _high) = (-limit, limit);
        }
        else (_low, _high) = (finite.DefaultIfEmpty(0).Min(), Limit ?? finite.DefaultIfEmpty(1).Max());
        IReadOnlyList<string> stops = Symmetric ? Theme.Charts.Diverging : ChartPalette.Sequential;
        _stops = Reversed ? [.. stops.Reverse()] : stops;
        _colors = new(_stops, _low, _high);
        // Names that are longer than a cell is wide stand upright.
        _upright = X.Any(name => name.Length > (Numbers ? 6 : 3));
    }

    protected override bool ShouldRender() => _fresh;

    protected override void OnAfterRender(bool firstRender) => _fresh = false;

    private string Title(int row, int column) => CellTitle?.Invoke(row, column)
        ?? $"{Y[row]} · {X[column]}: {(double.IsFinite(Z[row, column]) ? Z[row, column].ToString("0.###", CultureInfo.InvariantCulture) : Blank)}";

    private string Text(double value) => Symmetric && value > 0 ? "+" + value.ToString("0.00", CultureInfo.InvariantCulture) : value.ToString("0.00", CultureInfo.InvariantCulture).Replace('-', '−');
}
