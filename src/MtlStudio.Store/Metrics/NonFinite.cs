namespace MtlStudio.Store;

/// <summary>What a value was that a database column cannot hold as a number.</summary>
public enum NonFinite { None = 0, NaN = 1, PositiveInfinity = 2, NegativeInfinity = 3 }

/// <summary>A double as a nullable column and a flag beside it (SQLite keeps NaN as NULL), and back.</summary>
public static class NonFinites
{
    public static NonFinite Of(double value) =>
        double.IsFinite(value) ? NonFinite.None
        : double.IsNaN(value) ? NonFinite.NaN
        : value > 0 ? NonFinite.PositiveInfinity : NonFinite.NegativeInfinity;

    public static double Decode(double? value, NonFinite flag) => flag switch
    {
        NonFinite.None => value ?? double.NaN,
        NonFinite.PositiveInfinity => double.PositiveInfinity,
        NonFinite.NegativeInfinity => double.NegativeInfinity,
        _ => double.NaN,
    };
}
