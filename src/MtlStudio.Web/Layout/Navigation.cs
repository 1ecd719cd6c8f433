using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;

namespace MtlStudio.Web.Layout;

/// <summary>One line of the navigation rail.</summary>
/// <param name="Keys">The keys that go there, as "g h".</param>
public sealed record NavigationEntry(string Title, string Href, string Icon, string Keys, NavLinkMatch Match = NavLinkMatch.Prefix);

/// <param name="Title">Written above the entries; empty for entries that stand alone.</param>
public sealed record NavigationGroup(string Title, IReadOnlyList<NavigationEntry> Entries);

/// <summary>The rail's lines. A page that exists adds one here; none leads to a page that does not.</summary>
public static class Navigation
{
    public static IReadOnlyList<NavigationGroup> Groups { get; } =
    [
        new("", [new("Home", "/", Icons.Material.Outlined.Home, "g h", NavLinkMatch.All)]),
        new("Data",
        [
            new("Datasets", "/data/datasets", Icons.Material.Outlined.Dataset, "g d"),
            new("Tasks", "/data/tasks", Icons.Material.Outlined.Assignment, "g t"),
            new("Mixes", "/data/mixes", Icons.Material.Outlined.PieChart, "g x"),
            new("Models", "/data/models", Icons.Material.Outlined.Memory, "g m"),
        ]),
        new("Train",
        [
            new("Runs", "/runs", Icons.Material.Outlined.TableRows, "g r"),
            new("Studies", "/studies", Icons.Material.Outlined.Science, "g u"),
        ]),
        new("Judge",
        [
            new("Compare", "/compare", Icons.Material.Outlined.Compare, "g c"),
            new("Review", "/review", Icons.Material.Outlined.RateReview, "g v"),
        ]),
        new("", [new("Settings", "/settings", Icons.Material.Outlined.Settings, "g s")]),
    ];
}
