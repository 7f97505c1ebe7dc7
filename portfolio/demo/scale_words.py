"""Words that the made-up people and badges of ``scale`` are put together from."""

SUBJECTS = [
    "Welding", "Scaffold", "Sepsis", "Wound", "Medicines", "Data", "Network",
    "Cloud", "Payroll", "Budget", "Kitchen", "Bakery", "Forest", "Soil", "Solar",
    "Battery", "Roof", "Timber", "Crane", "Forklift", "Classroom", "Reading",
    "Interview", "Usability", "Contract", "Logistics", "Allergen", "Cheese",
    "Laboratory", "Microscope",
]  # fmt: skip
ACTIVITIES = [
    "inspection", "planning", "reporting", "teaching", "safety", "maintenance",
    "analysis", "design", "screening", "leadership",
]  # fmt: skip
ROLES = [
    "Staff nurse", "Paramedic", "Site supervisor", "Electrician", "Welder", "Baker",
    "Data analyst", "Teacher", "Network engineer", "Forester", "Accountant",
    "Care assistant", "Crane operator", "Laboratory technician", "Interpreter",
    "Product designer", "Warehouse lead", "Roofer", "Cheesemaker", "Security officer",
]  # fmt: skip
PLACES = [
    "London", "Leeds", "Bristol", "Cardiff", "Glasgow", "Dublin", "Lisbon", "Porto",
    "Madrid", "Seville", "Paris", "Lyon", "Brussels", "Ghent", "Berlin", "Hamburg",
    "Vienna", "Zurich", "Milan", "Rome", "Warsaw", "Krakow", "Prague", "Athens",
    "Oslo", "Bergen", "Malmo", "Turku", "Tallinn", "Riga",
]  # fmt: skip
TONGUES = [
    "English", "Spanish", "Arabic", "French", "German", "Portuguese", "Polish",
    "Ukrainian", "Hindi", "Vietnamese", "Turkish", "Somali",
]  # fmt: skip
