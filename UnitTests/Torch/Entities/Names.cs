namespace MLPipes.Trainers.Torch.Tests;

/// <summary>Made-up sentences about people and places.</summary>
internal static class Names
{
    private static readonly string[] people = ["Anna", "Peter", "Maria Lopez", "John Smith", "Olga"], newPeople = ["Berta", "Karl Meier", "Ivo", "Sara Conti"],
        places = ["Rome", "New York", "Paris", "Oslo", "San Marino"], newPlaces = ["Berlin", "Port Louis", "Kyoto"];

    private static readonly Lazy<EntityTagger> tagger = new(() => new CrfEntityTrainer().Fit(Sentences(300, seed: 1)));

    /// <summary>A light tagger of such sentences.</summary>
    public static EntityTagger Tagger => tagger.Value;

    public static EntityDocuments Sentences(int count, int seed, bool unseen = false)
    {
        Random random = new(seed);
        return new EntityDocuments(Enumerable.Range(0, count).Select(_ => Sentence(random, unseen)));
    }

    /// <summary>Sentences with other names each: capitals make a name, and its ending says whether it is a place's.</summary>
    public static EntityDocuments Invented(int count, int seed)
    {
        Random random = new(seed);
        return new EntityDocuments(Enumerable.Range(0, count).Select(_ => Sentence(random, Invent(random, ""), Invent(random, "burg"))));
    }

    private static string Invent(Random random, string ending)
    {
        string[] syllables = ["ka", "ri", "no", "mel", "ta", "so", "vin", "du", "pel", "gor"];
        string name = string.Concat(Enumerable.Range(0, 2 + random.Next(2)).Select(_ => syllables[random.Next(syllables.Length)])) + ending;
        return char.ToUpperInvariant(name[0]) + name[1..];
    }

    private static EntityDocument Sentence(Random random, bool unseen)
    {
        string[] persons = unseen ? newPeople : people, locations = unseen ? newPlaces : places;
        return Sentence(random, persons[random.Next(persons.Length)], locations[random.Next(locations.Length)]);
    }

    private static EntityDocument Sentence(Random random, string person, string place)
    {
        List<string> words = [], tags = [];
        switch (random.Next(4))
        {
            case 0:
                Add(person, "PER");
                Add(Pick(["lives in", "travels to", "comes from"]), null);
                Add(place, "LOC");
                break;
            case 1:
                Add("Yesterday Mr", null);
                Add(person, "PER");
                Add("left", null);
                Add(place, "LOC");
                break;
            case 2:
                Add("The weather in", null);
                Add(place, "LOC");
                Add("was fine , says", null);
                Add(person, "PER");
                break;
            default:
                Add("Nothing happened on Monday", null);
                break;
        }
        Add(".", null);
        return EntityDocument.OfWords(words, tags);

        string Pick(string[] from) => from[random.Next(from.Length)];

        void Add(string text, string? label)
        {
            string[] parts = text.Split(' ');
            for (int i = 0; i < parts.Length; i++)
            {
                words.Add(parts[i]);
                tags.Add(label is null ? "O" : $"{(i == 0 ? 'B' : 'I')}-{label}");
            }
        }
    }
}
