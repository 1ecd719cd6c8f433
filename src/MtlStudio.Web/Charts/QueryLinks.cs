using Microsoft.AspNetCore.Components;

namespace MtlStudio.Web.Charts;

/// <summary>Changes the address in place.</summary>
internal static class QueryLinks
{
    /// <param name="values">A query's names with their values; null takes one out.</param>
    public static void SetQuery(this NavigationManager navigation, params (string Name, object? Value)[] values) =>
        navigation.NavigateTo(navigation.QueryUri(values), replace: true);

    /// <summary>A place on an axis, no finer than an address needs.</summary>
    public static double? Short(double? place) => place is { } value ? Math.Round(value, 2) : null;

    public static string QueryUri(this NavigationManager navigation, params (string Name, object? Value)[] values) =>
        navigation.GetUriWithQueryParameters(values.ToDictionary(pair => pair.Name, pair => pair.Value));
}
