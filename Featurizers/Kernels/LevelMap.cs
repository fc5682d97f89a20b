using System.Globalization;
using System.Runtime.CompilerServices;
using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Looks up the values of any column in a fixed list of texts: index from 0, <see cref="Missing"/> or <see cref="Unseen"/>.</summary>
/// <remarks>
/// A category is its text whatever its storage, so codes learned on numbers are found in text and the other way round. The
/// dictionary of a category column is looked up once and remembered as long as it lives. Looking up never allocates otherwise.
/// </remarks>
internal sealed class LevelMap
{
    public const int Missing = -1;
    public const int Unseen = -2;

    private readonly string[] levels;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> byText;
    private readonly Lazy<Dictionary<float, int>> byNumber;
    private readonly Lazy<Dictionary<long, int>> byInteger;
    private readonly ConditionalWeakTable<object, int[]> dictionaries = [];
    private readonly ConditionalWeakTable<object, int[]>.CreateValueCallback remap;

    public LevelMap(string[] levels) : this(levels, Index(levels) ?? throw new ArgumentException("A level stands twice.", nameof(levels))) { }

    private LevelMap(string[] levels, Dictionary<string, int> index)
    {
        this.levels = levels;
        byText = index.GetAlternateLookup<ReadOnlySpan<char>>();
        byNumber = new(() => Numbers(levels));
        byInteger = new(() => Integers(levels));
        remap = categories => Remap((IReadOnlyList<string>)categories);
    }

    public IReadOnlyList<string> Levels => levels;

    public int Count => levels.Length;

    public int At(Column column, int row)
    {
        switch (column)
        {
            case CategoryColumn category: return category.Codes[row] < 0 ? Missing : MapOf(category)[category.Codes[row]];
            case TextColumn text: return text.Cells[row].IsEmpty ? Missing : Find(text.Cells[row].Span);
            case NumberColumn number: return float.IsNaN(number.Values[row]) ? Missing : byNumber.Value.GetValueOrDefault(number.Values[row], Unseen);
            case IntegerColumn integer: return integer.IsMissing(row) ? Missing : byInteger.Value.GetValueOrDefault(integer.Values[row], Unseen);
            case BooleanColumn boolean: return boolean.IsMissing(row) ? Missing : Find(boolean.Values[row] == 1 ? "true" : "false");
            case DateColumn: return CellText.WithText(column, row, this, static (map, text) => text.IsEmpty ? Missing : map.Find(text));
            default: return Missing;
        }
    }

    public void Read(Column column, int start, Span<int> into)
    {
        if (column is CategoryColumn category)
        {
            int[] map = MapOf(category);
            ReadOnlySpan<int> codes = category.Codes.Slice(start, into.Length);
            for (int i = 0; i < codes.Length; i++) into[i] = codes[i] < 0 ? Missing : map[codes[i]];
            return;
        }
        for (int i = 0; i < into.Length; i++) into[i] = At(column, start + i);
    }

    public int Find(ReadOnlySpan<char> text) => byText.TryGetValue(text, out int level) ? level : Unseen;

    public void Write(PlainWriter writer) => writer.Strings(levels);

    public static LevelMap Read(PlainReader reader)
    {
        string[] levels = reader.Strings();
        return new LevelMap(levels, Index(levels) ?? throw reader.Damaged("a category stands twice"));
    }

    private int[] MapOf(CategoryColumn category) => dictionaries.GetValue(category.Categories, remap);

    private int[] Remap(IReadOnlyList<string> categories)
    {
        int[] map = new int[categories.Count];
        for (int i = 0; i < map.Length; i++) map[i] = Find(categories[i]);
        return map;
    }

    private static Dictionary<string, int>? Index(string[] levels)
    {
        Dictionary<string, int> index = new(levels.Length, StringComparer.Ordinal);
        for (int i = 0; i < levels.Length; i++)
            if (!index.TryAdd(levels[i], i)) return null;
        return index;
    }

    // Only texts that are just how a number prints: "007" is a category that no number 7 belongs to.
    private static Dictionary<float, int> Numbers(string[] levels)
    {
        Dictionary<float, int> numbers = [];
        for (int i = 0; i < levels.Length; i++)
            if (float.TryParse(levels[i], NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && value.ToString(CultureInfo.InvariantCulture) == levels[i])
                numbers.TryAdd(value, i);
        return numbers;
    }

    private static Dictionary<long, int> Integers(string[] levels)
    {
        Dictionary<long, int> integers = [];
        for (int i = 0; i < levels.Length; i++)
            if (long.TryParse(levels[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value.ToString(CultureInfo.InvariantCulture) == levels[i])
                integers.TryAdd(value, i);
        return integers;
    }
}
